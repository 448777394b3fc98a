export type { AccessTokenRequest } from "./access-token.js";
export { AccessTokenError } from "./errors.js";
export { createTokenProvider, type TokenFunction, type TokenProvider } from "./oauth/token-provider.js";
export type { TokenProviderOptions } from "./oauth/options.js";
export type { TokenStore } from "./oauth/token-store.js";
