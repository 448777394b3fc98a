import { aFunction, integer, option, printable, type OptionRule } from "../check-options.js";
import { DEFAULTS, readServerOptions, SERVER_RULES, type ServerOptions, type Settings } from "../options.js";

/** The options of {@link createTokenProvider}. An invalid option throws a `TypeError` that names it, at once. */
export interface TokenProviderOptions extends ServerOptions {
  /** The retailer's client id. */
  clientId: string;

  /** The secret for the client id. It is sent only in the body of token requests. */
  clientSecret: string;

  /** What the tokens permit. Separate multiple scopes with commas. @default "connect:post_checkout" */
  scope?: string | undefined;

  /** The time limit for one attempt of a token request, in milliseconds. @default 10000 */
  timeoutMs?: number | undefined;

  /** How many retries may follow the first attempt of a token request. @default 2 */
  maxRetries?: number | undefined;

  /**
   * Where several processes share their tokens, such as a Keyv instance. It holds credentials: anyone who can read it
   * can act as the user. If the store fails, tokens are requested without it. A store call may take 250 ms or
   * `timeoutMs / 40`, a wait for another process 2 s or `timeoutMs / 5`, whichever is less. With or without a store, each
   * provider keeps in memory the tokens of the 10,000 users asked for last.
   */
  store?: TokenStore | undefined;

  /**
   * Called when the store throws, is too slow, or returns something unusable; at most once for each token needed. The
   * error never contains a secret. If this function throws, that error is ignored.
   */
  onStoreError?: ((error: Error) => void) | undefined;
}

/** Where tokens are kept: any object with these methods, sync or async, such as a Keyv instance. */
export interface TokenStore {
  /** Returns the value that was set, as a string or as parsed JSON, or else `undefined` or `null`. */
  get(key: string): unknown;
  /** Stores a value. The store may drop it after `ttlMs` milliseconds. */
  set(key: string, value: string, ttlMs: number): unknown;
  /** Deletes a value, if there is one. */
  delete(key: string): unknown;
}

const STORE_METHODS = ["get", "set", "delete"] as const;

const RULES: Record<keyof TokenProviderOptions, OptionRule> = {
  clientId: printable,
  clientSecret: printable,
  scope: printable,
  ...SERVER_RULES,
  maxRetries: integer(0, Number.MAX_SAFE_INTEGER),
  store: option(
    (value) => STORE_METHODS.every((name) => typeof (value as Partial<TokenStore> | null)?.[name] === "function"),
    "an object with the methods get, set and delete, such as a Keyv instance",
  ),
  onStoreError: aFunction,
};

type Defaults = typeof DEFAULTS & { scope: string };

/** A provider's options after the check, with the defaults filled in. */
export type ProviderSettings = Settings<TokenProviderOptions, Defaults>;

/** @throws TypeError that names the invalid option */
export function readProviderOptions(options: unknown): ProviderSettings {
  const defaults = { ...DEFAULTS, scope: "connect:post_checkout" };
  return readServerOptions<TokenProviderOptions, Defaults>(options, RULES, ["clientId", "clientSecret"], defaults);
}
