export { AccessTokenError } from "../errors.js";
export type { TokenProviderOptions, TokenStore } from "./options.js";
export type { TokenRequest } from "./token-cache.js";
export { assertUserId, createTokenProvider, type TokenFunction, type TokenProvider } from "./token-provider.js";
