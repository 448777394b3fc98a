export { AccessTokenError } from "./errors.js";
export { createTokenProvider, type TokenFunction, type TokenProvider } from "./oauth/token-provider.js";
export type { TokenRequest } from "./oauth/token-cache.js";
export type { TokenProviderOptions } from "./oauth/options.js";
export type { TokenStore } from "./oauth/token-store.js";
