import { aFunction, option, printable, type OptionRule } from "../check-options.js";
import { DEFAULTS, readServerOptions, SERVER_RULES, type ServerOptions, type Settings } from "../options.js";

/** The options of {@link createTokenProvider}. An invalid one is a `TypeError` that names it, thrown at once. */
export interface TokenProviderOptions extends ServerOptions {
  /** The id of the retailer's client. */
  clientId: string;

  /** The secret that belongs to the client id. It is sent in the body of the token request and nowhere else. */
  clientSecret: string;

  /**
   * What the tokens are allowed to do. Separate several scopes by commas.
   *
   * @default "connect:post_checkout"
   */
  scope?: string | undefined;

  /**
   * How long one attempt of the token request may take, in milliseconds.
   *
   * @default 10000
   */
  timeoutMs?: number | undefined;

  /**
   * Where several processes share their tokens, such as a Keyv instance. What is kept there is a credential: anyone who
   * can read it can act as the user. A failing store never blocks a token: each of its methods may take 250 ms, and
   * another process that requests the same token is waited for up to 2 seconds (a fortieth and a fifth of `timeoutMs`,
   * if that is less); then the token is requested without it. With or without a store, each provider keeps its newest
   * 10,000 tokens in memory.
   */
  store?: TokenStore | undefined;

  /**
   * Called with what went wrong with the store: what it threw, that it was too slow, or that it returned something
   * unusable; at most once for each token that is needed. It never gets a secret. What it throws is ignored.
   */
  onStoreError?: ((error: Error) => void) | undefined;
}

/** Where tokens are kept: anything with these methods, sync or async. A Keyv instance fits as it is. */
export interface TokenStore {
  /** Returns what was set, as text or as already parsed JSON, or else `undefined` or `null`. */
  get(key: string): unknown;
  /** Keeps a value, which may be dropped after `ttlMs` milliseconds. */
  set(key: string, value: string, ttlMs: number): unknown;
  /** Drops a value, if there is one. */
  delete(key: string): unknown;
}

const STORE_METHODS = ["get", "set", "delete"] as const;

const RULES: Record<keyof TokenProviderOptions, OptionRule> = {
  clientId: printable,
  clientSecret: printable,
  scope: printable,
  ...SERVER_RULES,
  store: option(
    (value) => STORE_METHODS.every((name) => typeof (value as Partial<TokenStore> | null)?.[name] === "function"),
    "an object with the methods get, set and delete, such as a Keyv instance",
  ),
  onStoreError: aFunction,
};

const PROVIDER_DEFAULTS: typeof DEFAULTS & { scope: string } = { ...DEFAULTS, scope: "connect:post_checkout" };

/** The options of a provider, checked, with the defaults filled in. */
export type ProviderSettings = Settings<TokenProviderOptions, typeof PROVIDER_DEFAULTS>;

/** @throws TypeError that names the option */
export function readProviderOptions(options: unknown): ProviderSettings {
  return readServerOptions<TokenProviderOptions, typeof PROVIDER_DEFAULTS>(
    options,
    RULES,
    ["clientId", "clientSecret"],
    PROVIDER_DEFAULTS,
  );
}
