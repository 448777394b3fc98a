import { delay } from "../delay.js";
import type { UnwantedToken } from "./token-cache.js";
import type { StoreInTime } from "./token-store.js";
import { parseToken, type Token } from "./token.js";

/** Where the processes of a fleet meet to get one user's token. */
export interface MeetingPlace {
  readonly store: StoreInTime;
  readonly key: string;
  /** How long to wait for another process that asks for the token. */
  readonly patienceMs: number;
}

const FIRST_LOOK_MS = 50; // Each further look comes after twice the time.

/**
 * Takes a token from the store, or asks for a new one and puts it there. Of the processes that need one at the same
 * time, one asks and the others wait for what it gets. A store that fails is passed over.
 *
 * @param ask asks the API
 * @throws what `ask` throws
 */
export async function getSharedToken(
  place: MeetingPlace,
  unwanted: UnwantedToken | undefined,
  ask: (signal: AbortSignal) => Promise<Token>,
  signal: AbortSignal,
): Promise<Token> {
  const { store, key } = place;
  const turn = await waitForTurn(place, unwanted, signal).catch(() => undefined);
  if (!turn) return ask(signal);
  if (turn.token) return turn.token;
  try {
    const token = await ask(signal);
    const ttlMs = token.expiresAt - Date.now();
    if (ttlMs > 0) await store.set(key, JSON.stringify(token), ttlMs).catch(() => {});
    return token;
  } finally {
    store.delete(markKey(key)).catch(() => {});
  }
}

/**
 * Waits until there is a token in the store, or until it is this process's turn to ask for one. Stores know no locks, so
 * a process puts its mark, and it is its turn when the mark still stands a moment later. Where two take it to be theirs,
 * or one has died with its mark standing, there is a request too many, and no harm.
 *
 * @throws what the store throws, or the reason of `signal`
 */
async function waitForTurn(
  { store, key, patienceMs }: MeetingPlace,
  unwanted: UnwantedToken | undefined,
  signal: AbortSignal,
): Promise<{ token?: Token }> {
  const until = Date.now() + patienceMs;
  const ownMark = crypto.randomUUID();
  let isMarked = false;
  for (let waitMs = FIRST_LOOK_MS; ; waitMs *= 2) {
    // The mark first: where it is gone, the token that it stood for is there.
    const mark = (await store.get(markKey(key))) ?? undefined;
    const token = parseToken(await store.get(key));
    if (token && token.accessToken !== unwanted?.accessToken) return { token };
    if (token && unwanted?.isRefused) await store.delete(key);
    if (mark === ownMark || (mark === undefined && isMarked) || Date.now() >= until) return {};
    if (mark === undefined) {
      await store.set(markKey(key), ownMark, patienceMs);
      isMarked = true;
    }
    await delay(waitMs, signal);
  }
}

function markKey(key: string): string {
  return `${key}:asking`;
}
