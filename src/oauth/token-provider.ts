import { readProviderOptions, type TokenProviderOptions } from "./options.js";
import { createTokens, type TokenFunction } from "./tokens.js";

/** Gets access tokens: requests them, reuses them, and renews them. */
export interface TokenProvider {
  /**
   * Returns a function that returns one user's token, which works only for that user's orders.
   *
   * @param userId the customer's Connect user id
   * @throws TypeError if the id is one that {@link assertUserId} rejects
   */
  forUser(userId: string): TokenFunction;

  /**
   * Returns a function that returns the retailer's own token, which works for orders created with Fulfillment v3. This is
   * inferred from an error of the API: Instacart documents the scope `connect:post_checkout` for users' tokens only.
   */
  forClient(): TokenFunction;
}

/**
 * Creates a provider that gets access tokens with the retailer's client credentials. Never use these in a browser.
 * Create one provider and keep it: it reuses each token until shortly before it expires, and sends one request for all
 * callers that need the same token at the same time.
 *
 * @example
 * const tokens = createTokenProvider({
 *   clientId: process.env.INSTACART_CLIENT_ID!,
 *   clientSecret: process.env.INSTACART_CLIENT_SECRET!,
 * });
 * const chat = createChatClient({ accessToken: tokens.forUser("user-123") });
 *
 * @throws TypeError that names the invalid option
 */
export function createTokenProvider(options: TokenProviderOptions): TokenProvider {
  const tokens = createTokens(readProviderOptions(options));
  return { forUser: (userId) => tokens.forUser(userId).get, forClient: () => tokens.forClient().get };
}
