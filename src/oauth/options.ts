import { option, printable, readOptions, type OptionRule } from "../option-rules.js";
import { DEFAULTS, REQUEST_RULES, type ChatClientOptions, type Defined } from "../options.js";
import type { TokenStore } from "./token-store.js";

/** What {@link createTokenProvider} takes. A wrong value is a `TypeError` that names the option, thrown at once. */
export interface TokenProviderOptions extends Pick<ChatClientOptions, "baseUrl" | "fetch"> {
  /** The id of the retailer's client. */
  clientId: string;

  /** The secret that belongs to the client id. It is sent in the body of the token request and nowhere else. */
  clientSecret: string;

  /**
   * What the tokens are allowed to do; several scopes are separated by commas.
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
   * Where several processes share their tokens, such as a Keyv instance. What is kept there is a credential: who can
   * read it can act for the user. Each of its answers may take 250 ms, and another process that asks for the same token
   * is waited for up to 2 seconds (a fortieth and a fifth of `timeoutMs`, where that is less); then the token is asked
   * for without it. With or without a store, each provider keeps its newest 10,000 tokens in memory.
   */
  store?: TokenStore | undefined;
}

const RULES: Record<keyof TokenProviderOptions, OptionRule> = {
  clientId: printable,
  clientSecret: printable,
  scope: printable,
  ...REQUEST_RULES,
  store: option(
    (value) =>
      ["get", "set", "delete"].every((name) => typeof (value as TokenStore | null)?.[name as "get"] === "function"),
    "an object with the methods get, set and delete, such as a Keyv instance",
  ),
};

const PROVIDER_DEFAULTS = { ...DEFAULTS, scope: "connect:post_checkout" };

/** The options of a provider, checked, with the defaults filled in. */
export type ProviderSettings = typeof PROVIDER_DEFAULTS &
  Defined<Omit<TokenProviderOptions, keyof typeof PROVIDER_DEFAULTS>, "clientId" | "clientSecret">;

/** @throws TypeError that names the option */
export function readProviderOptions(options: unknown): ProviderSettings {
  // The rules have checked each value to be what its type says.
  return { ...PROVIDER_DEFAULTS, ...readOptions(options, RULES, ["clientId", "clientSecret"]) } as ProviderSettings;
}
