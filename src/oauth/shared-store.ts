import { redactError } from "../redact.js";
import { abortReason, delay, withTimeout } from "../timers.js";
import type { TokenStore } from "./options.js";
import type { ReplacedToken } from "./token-cache.js";
import { isValid, now, readToken, type Token } from "./token.js";

/** How to use a store. */
export interface StoreSettings {
  readonly store: TokenStore;
  /** How long each of its methods may take. */
  readonly methodMs: number;
  /** How long to wait for another process that requests the same token. */
  readonly patienceMs: number;
  /** What errors must not contain, besides the tokens. */
  readonly clientSecret: string;
  readonly onStoreError?: ((error: Error) => void) | undefined;
}

// After setting its mark, a process waits as long as that took, within these bounds, before it looks at the mark again.
const MIN_LOOK_MS = 5;
const MAX_LOOK_MS = 50;

const MARK = "asking ";

/** Tokens that several processes share through a store. If several need one at the same time, only one requests it. */
export class SharedStore {
  readonly #settings: StoreSettings;
  #isProven = false;

  constructor(settings: StoreSettings) {
    this.#settings = settings;
  }

  /**
   * Gets a token from the store, or requests one and stores it. Stores have no locks, so a process leaves a mark, and
   * if the mark is still there a moment later, it is this process's turn. If two processes each see their turn, or none
   * gets the token in time, there are a few extra requests, but no harm. If the store fails, it is not used.
   *
   * @param parts what the token belongs to
   * @throws what `requestToken` throws, or the reason of `signal`
   */
  async getToken(
    parts: readonly string[],
    replaced: ReplacedToken | undefined,
    requestToken: (signal: AbortSignal) => Promise<Token>,
    signal: AbortSignal,
  ): Promise<Token> {
    const secrets = [this.#settings.clientSecret, replaced?.accessToken ?? ""];
    let hasReported = false;
    // A store that fails once tends to fail again and again.
    const report = (error: unknown) => {
      if (!hasReported) this.#report(error, secrets);
      hasReported = true;
    };
    let entry: StoreEntry | undefined;
    try {
      entry = new StoreEntry(this.#settings, await hashedKey(parts), secrets, report);
      const shared = await this.#waitForTurn(entry, replaced, signal);
      if (shared) return shared;
    } catch (error) {
      if (entry?.isMarked) entry.deleteMark().catch(() => {});
      if (signal.aborted) throw abortReason(signal);
      report(error);
      const token = await requestToken(signal);
      if (isValid(token)) entry?.setToken(token).catch(() => {}); // A failure is reported, but nobody waits for it.
      return token;
    }

    try {
      const token = await requestToken(signal);
      await this.#keep(entry, token).catch(report);
      return token;
    } finally {
      entry.deleteMark().catch(report);
    }
  }

  /** Waits until there is a token in the store, or until it is this process's turn to request one. */
  async #waitForTurn(
    entry: StoreEntry,
    replaced: ReplacedToken | undefined,
    signal: AbortSignal,
  ): Promise<Token | undefined> {
    const ownMark = MARK + Math.random().toString(36).slice(2);
    const until = performance.now() + this.#settings.patienceMs;
    for (let waitMs = MAX_LOOK_MS; ; waitMs *= 2) {
      const startedAt = performance.now();
      // The mark first: if it is gone, its process has already stored the token.
      const mark = await entry.getMark();
      const token = await entry.getToken();
      if (signal.aborted) throw abortReason(signal);
      if (token && isValid(token) && token.accessToken !== replaced?.accessToken) return token;
      if (token && replaced?.isRejected) await entry.deleteToken();
      const leftMs = until - performance.now();
      if (mark === ownMark || (entry.isMarked && mark === undefined) || leftMs <= 0) return undefined;
      if (mark === undefined) {
        await entry.setMark(ownMark);
        waitMs = Math.min(MAX_LOOK_MS, Math.max(MIN_LOOK_MS, performance.now() - startedAt));
      }
      await delay(Math.min(waitMs, leftMs), signal);
    }
  }

  /** The first time, also checks that the store returns what was set, because otherwise nobody would notice. */
  async #keep(entry: StoreEntry, token: Token): Promise<void> {
    if (!isValid(token)) return;
    await entry.setToken(token);
    if (this.#isProven) return;
    this.#isProven = true;
    if ((await entry.getToken())?.accessToken !== token.accessToken)
      throw new Error("The store did not return what was set, so tokens are not shared");
  }

  #report(error: unknown, secrets: readonly string[]): void {
    const { onStoreError } = this.#settings;
    const redacted = redactError(error, secrets, withoutStoredValues);
    const told = redacted instanceof Error ? redacted : new Error(`The store failed: ${String(redacted)}`);
    // An async function, so that neither an error nor a rejected promise gets out.
    (async () => onStoreError?.(told))().catch(() => {});
  }
}

/**
 * A store that fails to read may quote the token of another process, which nobody here knows. So what follows the name of
 * the member is left out, and so is any word that is as long as a token and not a constant; stack frames are kept.
 */
function withoutStoredValues(text: string): string {
  const isToken = (word: string) => word.length >= 16 && !/^[A-Z_]+$/.test(word);
  const lines = text.split("\n").map((line) => {
    if (/^\s+at /.test(line)) return line;
    const [before = "", ...after] = line.split("accessToken");
    const kept = before.replace(/[^\s.:]+/g, (word) => (isToken(word) ? "[redacted]" : word));
    return after.length > 0 ? `${kept}[redacted]` : kept;
  });
  return lines.join("\n");
}

/** What a store holds for one token: the token, and the mark of the process that requests it. */
class StoreEntry {
  readonly #settings: StoreSettings;
  readonly #key: string;
  readonly #secrets: string[];
  readonly #report: (error: Error) => void;
  /** Whether this process has left its mark. */
  isMarked = false;

  /**
   * @param secrets gets each token that is read or written, so that no report quotes it
   * @param report called if the store returns something unusable
   */
  constructor(settings: StoreSettings, key: string, secrets: string[], report: (error: Error) => void) {
    this.#settings = settings;
    this.#key = key;
    this.#secrets = secrets;
    this.#report = report;
  }

  async getToken(): Promise<Token | undefined> {
    const value = await this.#call((store) => store.get(this.#key));
    if (value === undefined || value === null) return undefined;
    const token = readToken(parse(value), this.#key);
    if (token) this.#secrets.push(token.accessToken);
    else this.#report(new Error("The store returned something that is not a token"));
    return token;
  }

  async setToken(token: Token): Promise<void> {
    const value = JSON.stringify({ ...token, key: this.#key });
    this.#secrets.push(token.accessToken);
    await this.#call((store) => store.set(this.#key, value, Math.ceil(token.expiresAt - now())));
  }

  async deleteToken(): Promise<void> {
    await this.#call((store) => store.delete(this.#key));
  }

  async getMark(): Promise<string | undefined> {
    const value = await this.#call((store) => store.get(this.#markKey));
    const mark: unknown = parse(value) ?? value;
    return typeof mark === "string" && mark.startsWith(MARK) ? mark : undefined;
  }

  /** The mark is JSON, because some stores parse whatever they return. */
  async setMark(mark: string): Promise<void> {
    const { patienceMs } = this.#settings;
    this.isMarked = true;
    await this.#call((store) => store.set(this.#markKey, JSON.stringify(mark), patienceMs));
  }

  async deleteMark(): Promise<void> {
    await this.#call((store) => store.delete(this.#markKey));
  }

  get #markKey(): string {
    return `${this.#key}:asking`;
  }

  #call(work: (store: TokenStore) => unknown): Promise<unknown> {
    const { store, methodMs } = this.#settings;
    const timeoutError = () => new Error(`The store took longer than ${methodMs} ms`);
    return withTimeout(methodMs, undefined, timeoutError, async () => work(store));
  }
}

/** Some stores return JSON already parsed. */
function parse(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** A key that reveals nothing, but is different if any of its parts is different. */
async function hashedKey(parts: readonly string[]): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
  const hex = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `instacart-access-token:${hex}`;
}
