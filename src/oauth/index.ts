export { AccessTokenError } from "../errors.js";
export type { TokenProviderOptions, TokenStore } from "./options.js";
export type { TokenFunction, TokenRequest } from "./token-cache.js";
export { assertUserId, createTokenProvider, type TokenProvider } from "./token-provider.js";
