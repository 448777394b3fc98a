import { classOf } from "./class-of.js";
import type { OptionRule } from "./option-rules.js";

/** The server: its URL is used without slashes at its end. */
export const baseUrl: OptionRule = {
  read: readBaseUrl,
  rule: "an https URL, or http on a loopback host, without query, fragment and user info",
};

// Of a URL as the platform writes it: with a host in lower case, and a path.
const ALLOWED = /^(https:\/\/[^@/]+|http:\/\/(localhost|127(\.\d+){3}|\[::1])(:\d+)?)\/[^?#]*$/;

/** The URL without slashes at its end, or `undefined` when it is none that the client may use. */
function readBaseUrl(value: unknown): string | undefined {
  if (typeof value !== "string" && classOf(value) !== "URL") return undefined;
  try {
    const { href } = new URL(value as string | URL);
    return ALLOWED.test(href) ? href.replace(/\/+$/, "") : undefined;
  } catch {
    return undefined;
  }
}
