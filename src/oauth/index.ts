export { AccessTokenError } from "../errors.js";
export type { TokenProviderOptions, TokenStore } from "./options.js";
export type { TokenRequest } from "./token-cache.js";
export { createTokenProvider, type TokenProvider } from "./token-provider.js";
export { assertUserId, type TokenFunction } from "./tokens.js";
