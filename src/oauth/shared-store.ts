import { isToken } from "../access-token.js";
import { REDACTED, redactError } from "../redact.js";
import { delay, withTimeout } from "../timers.js";
import type { ProviderSettings, TokenStore } from "./options.js";
import { createToken, isValid, now, type ReplacedToken, type Token } from "./token.js";

// How long each method of a store may take: a failing store must not use up a call's own time limit.
const MAX_METHOD_MS = 250;

// How long to wait for another process that requests the same token.
const MAX_PATIENCE_MS = 2_000;

// Then the store is read again. Each wait is twice as long as the one before.
const FIRST_WAIT_MS = 50;

// Another process may set its mark at the same time. So a mark has to stay for as long as it took to read and set it.
const MIN_SETTLING_MS = 5;
const MAX_SETTLING_MS = 50;

const MARK = "asking ";

/** One need of a token, and what is known of its entry in the store. */
interface Need {
  key: string;
  readonly replaced: ReplacedToken | undefined;
  /** What reports must not contain: also grows with each token that is read or written. */
  readonly secrets: string[];
  isMarked: boolean;
  hasFailed: boolean;
}

/** Tokens that several processes share through a store. If several need one at the same time, only one requests it. */
export class SharedStore {
  readonly #store: ReturnType<typeof withTimeLimit>;
  readonly #settings: ProviderSettings;
  readonly #patienceMs: number;
  #isProven = false;

  constructor(store: TokenStore, settings: ProviderSettings) {
    this.#store = withTimeLimit(store, Math.min(MAX_METHOD_MS, settings.timeoutMs / 40));
    this.#settings = settings;
    this.#patienceMs = Math.ceil(Math.min(MAX_PATIENCE_MS, settings.timeoutMs / 5));
  }

  /**
   * Gets a token from the store, or requests one and stores it. Stores have no locks, so a process leaves a mark, and
   * if the mark is still there a moment later, it is this process's turn. If two processes each see their turn, or none
   * gets the token in time, there are a few extra requests, but no harm. If the store fails, it is not used.
   *
   * @param holder whose token it is
   * @throws what `requestToken` throws, or the reason of `signal`
   */
  async getToken(
    holder: string,
    replaced: ReplacedToken | undefined,
    requestToken: () => Promise<Token>,
    signal: AbortSignal,
  ): Promise<Token> {
    const secrets = [this.#settings.clientSecret, replaced?.accessToken ?? ""];
    const need: Need = { key: "", replaced, secrets, isMarked: false, hasFailed: false };
    const report = (error: unknown) => this.#report(need, error);
    try {
      const shared = await this.#waitForTurn(need, holder, signal).catch((error: unknown) => {
        if (!signal.aborted) report(error);
      });
      if (shared) return shared;
      const token = await requestToken();
      const stored = this.#write(need, token).catch(report);
      if (!need.hasFailed) await stored; // Nobody waits again for a store that fails.
      return token;
    } finally {
      if (need.isMarked) this.#store.delete(markOf(need)).catch(report);
    }
  }

  /** @returns a token that is in the store, or `undefined` when it is this process's turn to request one */
  async #waitForTurn(need: Need, holder: string, signal: AbortSignal): Promise<Token | undefined> {
    const { baseUrl, clientId, clientSecret, scope } = this.#settings;
    need.key = await hashedKey([baseUrl, clientId, clientSecret, scope, holder]);
    const ownMark = MARK + Math.random();
    const patienceEndsAt = performance.now() + this.#patienceMs;
    for (let waitMs = FIRST_WAIT_MS; ;) {
      const startedAt = performance.now();
      // The mark first: if it is gone, its process has already stored the token.
      const mark = parse(await this.#store.get(markOf(need)));
      const token = await this.#read(need);
      if (signal.aborted) return undefined;
      if (token && isValid(token) && token.accessToken !== need.replaced?.accessToken) return token;
      if (token && need.replaced?.isRejected) await this.#store.delete(need.key);

      const leftMs = patienceEndsAt - performance.now();
      const isMarked = typeof mark === "string" && mark.startsWith(MARK);
      if (mark === ownMark) return undefined;
      if (!isMarked && need.isMarked) return undefined; // The store forgets, or the process that marked it later has failed.
      if (leftMs <= 0) return undefined; // The process that marked it may have died.

      if (isMarked) {
        await delay(Math.min(waitMs, leftMs), signal);
        waitMs *= 2;
      } else {
        need.isMarked = true;
        // As JSON, because some stores parse whatever they return.
        await this.#store.set(markOf(need), JSON.stringify(ownMark), this.#patienceMs);
        const settlingMs = Math.max(MIN_SETTLING_MS, performance.now() - startedAt);
        await delay(Math.min(settlingMs, MAX_SETTLING_MS, leftMs), signal);
      }
    }
  }

  async #read(need: Need): Promise<Token | undefined> {
    const value = await this.#store.get(need.key);
    if (value === undefined || value === null) return undefined;
    const token = toToken(parse(value), need.key);
    if (token) need.secrets.push(token.accessToken);
    else this.#report(need, new Error("The store returned something that is not a token"));
    return token;
  }

  /** The first time, also checks that the store returns what was set, because otherwise nobody would notice. */
  async #write(need: Need, token: Token): Promise<void> {
    if (!need.key || !isValid(token)) return;
    need.secrets.push(token.accessToken);
    await this.#store.set(need.key, JSON.stringify({ ...token, key: need.key }), Math.ceil(token.expiresAt - now()));
    if (this.#isProven) return;
    this.#isProven = true;
    if ((await this.#read(need))?.accessToken !== token.accessToken)
      throw new Error("The store did not return what was set, so tokens are not shared");
  }

  /** Reports a failure, once: a store that fails tends to fail again and again. */
  #report(need: Need, error: unknown): void {
    if (need.hasFailed) return;
    need.hasFailed = true;
    const redacted = redactError(error, need.secrets, withoutStoredValues);
    const reported = redacted instanceof Error ? redacted : new Error(`The store failed: ${String(redacted)}`);
    // An async function, so that neither an error nor a rejected promise gets out.
    (async () => this.#settings.onStoreError?.(reported))().catch(() => {});
  }
}

function markOf({ key }: Need): string {
  return `${key}:asking`;
}

/** A store whose methods are asynchronous, and reject when they take too long. */
function withTimeLimit(store: TokenStore, limitMs: number) {
  const timeoutError = () => new Error(`The store took longer than ${limitMs} ms`);
  const call = (work: () => unknown) => withTimeout(limitMs, undefined, timeoutError, async () => work());
  return {
    get: (key: string) => call(() => store.get(key)),
    set: (key: string, value: string, ttlMs: number) => call(() => store.set(key, value, ttlMs)),
    delete: (key: string) => call(() => store.delete(key)),
  };
}

/** A key that reveals nothing, but is different if any of its parts is different. */
async function hashedKey(parts: readonly string[]): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
  const hex = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `instacart-access-token:${hex}`;
}

/** Some stores return JSON already parsed. */
function parse(value: unknown): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return value;
  }
}

/** @returns the token that was stored under a key, which may have expired, or `undefined` if the value is something else */
function toToken(value: unknown, key: string): Token | undefined {
  const stored = Object(value) as Partial<Record<keyof Token | "key", unknown>>;
  const { accessToken, obtainedAt, expiresAt } = stored;
  if (stored.key !== key || !isToken(accessToken)) return undefined;
  if (typeof obtainedAt !== "number" || typeof expiresAt !== "number") return undefined;
  // The clocks of two processes may differ.
  return createToken(accessToken, Math.min(obtainedAt, now()), expiresAt - obtainedAt);
}

/**
 * A store that fails to read may quote the token of another process, which nobody here knows. So what follows the name of
 * the member is left out, and so is any word that is as long as a token and not a constant; stack frames are kept.
 */
function withoutStoredValues(text: string): string {
  return text.replace(/^(?![ \t]+at ).*/gm, (line) =>
    line
      .replace(/accessToken.*/, REDACTED)
      .replace(/[^\s.:]{16,}/g, (word) => (/^[A-Z_]+$/.test(word) ? word : REDACTED)),
  );
}
