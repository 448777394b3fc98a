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
const MARK = "asking ";

/**
 * Takes a token from the store, or asks for a new one and puts it there. Of the processes that need one at the same
 * time, one asks and the others wait for what it gets. Stores know no locks, so a process puts its mark, and it is its
 * turn when the mark still stands a moment later. Where two take it to be theirs, or none has got the token within
 * `patienceMs`, there are requests too many, and no harm. A store that fails is passed over.
 *
 * @param ask asks the API
 * @throws what `ask` throws, or the reason of `signal`
 */
export async function getSharedToken(
  { store, key, patienceMs }: MeetingPlace,
  unwanted: UnwantedToken | undefined,
  ask: (signal: AbortSignal) => Promise<Token>,
  signal: AbortSignal,
): Promise<Token> {
  const markKey = `${key}:asking`;
  const ownMark = MARK + crypto.randomUUID();
  let isMarked = false;

  /** Waits until there is a token in the store, or until it is this process's turn to ask for one. */
  const waitForTurn = async (): Promise<Token | undefined> => {
    const until = performance.now() + patienceMs;
    for (let waitMs = FIRST_LOOK_MS; ; waitMs *= 2) {
      // The mark first: where it is gone, the token that it stood for is there.
      const mark = await store.get(markKey);
      const isTaken = typeof mark === "string" && mark.startsWith(MARK);
      const token = parseToken(await store.get(key), key);
      if (signal.aborted) throw signal.reason;
      if (token && token.accessToken !== unwanted?.accessToken) return token;
      if (token && unwanted?.isRefused) await store.delete(key);
      const leftMs = until - performance.now();
      if (mark === ownMark || (isMarked && !isTaken) || leftMs <= 0) return undefined;
      if (!isTaken) {
        isMarked = true;
        await store.set(markKey, ownMark, patienceMs);
        waitMs = FIRST_LOOK_MS;
      }
      await delay(Math.min(waitMs, leftMs), signal);
    }
  };

  let isStoreWell = true;
  try {
    const token = await waitForTurn().catch(() => void (isStoreWell = false));
    if (token) return token;
    isMarked = true; // Also one that was left by a process that died.
    const fresh = await ask(signal);
    const ttlMs = fresh.expiresAt - Date.now();
    const kept = ttlMs > 0 ? store.set(key, JSON.stringify({ ...fresh, key }), ttlMs).catch(() => {}) : undefined;
    if (isStoreWell) await kept;
    return fresh;
  } finally {
    if (isMarked) store.delete(markKey).catch(() => {});
  }
}
