import { delay } from "../delay.js";

/** Where tokens are kept: anything with these methods, sync or async. A Keyv instance fits as it is. */
export interface TokenStore {
  /** Gives what was set, or `undefined` or `null`. */
  get(key: string): unknown;
  /** Keeps a value; after `ttlMs` milliseconds it may go. */
  set(key: string, value: string, ttlMs: number): unknown;
  /** Forgets a value, if there is one. */
  delete(key: string): unknown;
}

/** A store each of whose answers comes in time, or else is an error. */
export function inTime(store: TokenStore, limitMs: number): StoreInTime {
  return {
    get: (key) => limit(limitMs, () => store.get(key)),
    set: (key, value, ttlMs) => limit(limitMs, () => store.set(key, value, ttlMs)),
    delete: (key) => limit(limitMs, () => store.delete(key)),
  };
}

/** What {@link inTime} gives. */
export type StoreInTime = {
  readonly [Method in keyof TokenStore]: (...args: Parameters<TokenStore[Method]>) => Promise<unknown>;
};

async function limit(limitMs: number, work: () => unknown): Promise<unknown> {
  const controller = new AbortController();
  // In two steps: after being busy for long, a process finds its timers due before it reads the answers that have come
  // meanwhile, and it is not the store that was slow.
  const passes = async () => {
    await delay(limitMs / 2, controller.signal);
    await delay(limitMs / 2, controller.signal);
    throw new Error("The store is too slow");
  };
  try {
    return await Promise.race([(async () => work())(), passes()]);
  } finally {
    controller.abort();
  }
}

/** A key that tells nothing to who reads it, but differs wherever one of its parts does. */
export async function hashedKey(...parts: string[]): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
  const hex = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `instacart-access-token:${hex}`;
}
