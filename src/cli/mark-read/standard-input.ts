import { createReadStream, fstatSync } from "node:fs";
import type { ProcessIO } from "../process-io.js";
import { readLines } from "./read-order-ids.js";

type Stdin = ProcessIO["stdin"];

/** Why standard input had no orders. */
export function describeEmpty(stdin: Stdin): string {
  const stats = statsOf(stdin);
  if (stats?.isDirectory()) return "standard input is a folder; expected a file or a pipe";
  if (stats?.isCharacterDevice() && !stdin.isTTY) return "standard input is closed or /dev/null";
  return "standard input has no order ids";
}

/**
 * Counts the orders in standard input without consuming it. This works only for files.
 *
 * @returns `undefined` if it is not a file, or its format is unknown
 */
export async function countOrders(stdin: Stdin, signal: AbortSignal): Promise<number | undefined> {
  if (stdin.fd === undefined || !statsOf(stdin)?.isFile()) return undefined;
  const file = createReadStream("", { fd: stdin.fd, start: 0, autoClose: false });
  let orders = 0;
  try {
    for await (const _ of readLines(file, signal, () => {})) orders += 1;
  } catch {
    return undefined;
  }
  return signal.aborted ? undefined : orders;
}

function statsOf({ fd }: Stdin) {
  try {
    return fd === undefined ? undefined : fstatSync(fd);
  } catch {
    return undefined;
  }
}
