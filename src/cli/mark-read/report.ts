/** How far a run has come. */
export interface Tally {
  readonly done: number;
  readonly failed: number;
  /** How many order ids were sent: what is done, what failed, and what is under way. */
  readonly sent: number;
  /** How many order ids there are; `undefined` while standard input is not read to its end. */
  readonly total: number | undefined;
  /** How many results were printed. */
  readonly printed: number;
  /** Where the order id of the last printed result stands: its number among the arguments, or its line. */
  readonly lastPosition: number;
  /** Where the first order id stands that failed for want of a token; `Infinity` when none did. */
  readonly firstRefused: number;
}

/**
 * What came of the order ids and, where results are missing or a token was, with which one to go on. Results are printed
 * in the order of the ids, so one number says it, however many there are.
 *
 * @param unit what a position is
 */
export function describeTally(tally: Tally, unit: "order id" | "line"): string {
  const { done, failed, sent, total, printed, lastPosition, firstRefused } = tally;
  const unknown = sent - done - failed;
  const counts = [`${done} done`, `${failed} failed`];
  if (unknown > 0) counts.push(`${unknown} sent without a result`);
  if (total === undefined) counts.push("what else there is not sent");
  else if (total > sent) counts.push(`${total - sent} not sent`);
  const next = Math.min(lastPosition + 1, firstRefused);
  const isOver = printed === total && firstRefused === Infinity;
  return counts.join(", ") + (isOver ? "" : `; go on with ${unit} ${next}`);
}
