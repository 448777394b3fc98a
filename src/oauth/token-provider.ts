import { readProviderOptions, type TokenProviderOptions } from "./options.js";
import { createTokens, type TokenFunction } from "./tokens.js";

/** Returns access tokens, and requests them from the API when needed. */
export interface TokenProvider {
  /**
   * For the token of one user, which reaches that user's orders only.
   *
   * @param userId the customer's Connect user id
   * @throws TypeError if the id is empty, white space only, or not well-formed Unicode
   */
  forUser(userId: string): TokenFunction;

  /** For the token of the retailer itself, which reaches orders that were created with Fulfillment v3. */
  forClient(): TokenFunction;
}

/**
 * Creates a provider of access tokens from the retailer's client credentials, which have no place in a browser. Create
 * one and keep it: it returns the same token until shortly before that expires, and sends one request for all callers
 * that need a token at the same time.
 *
 * @example
 * const tokens = createTokenProvider({
 *   clientId: process.env.INSTACART_CLIENT_ID!,
 *   clientSecret: process.env.INSTACART_CLIENT_SECRET!,
 * });
 * const chat = createChatClient({ accessToken: tokens.forUser("user-123") });
 *
 * @throws TypeError that names the option, if one is invalid
 */
export function createTokenProvider(options: TokenProviderOptions): TokenProvider {
  const tokens = createTokens(readProviderOptions(options));
  return { forUser: (userId) => tokens.forUser(userId).get, forClient: () => tokens.forClient().get };
}
