import type { AccessTokenRequestBody } from "../types.js";
import type { ProviderSettings } from "./options.js";

type ClientSettings = Pick<ProviderSettings, "clientId" | "clientSecret" | "scope">;

/** What to send for a token that reaches the orders of one user. */
export function userGrant(settings: ClientSettings, userId: string): AccessTokenRequestBody {
  return {
    grant_type: "fulfillment_user_assertion",
    ...clientOf(settings),
    assertion: toBase64(JSON.stringify({ user_id: userId })),
  };
}

/** What to send for a token that reaches orders created with Fulfillment v3. */
export function clientGrant(settings: ClientSettings): AccessTokenRequestBody {
  return { grant_type: "client_credentials", ...clientOf(settings) };
}

function clientOf({ clientId, clientSecret, scope }: ClientSettings) {
  return { client_id: clientId, client_secret: clientSecret, scope };
}

/** Base64 of the text as UTF-8; `btoa` alone takes no character beyond U+00FF. */
function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}
