import { classOf } from "./class-of.js";
import type { OptionRule } from "./option-rules.js";

/** The server: its URL is used without slashes at its end. */
export const baseUrl: OptionRule = {
  read: readBaseUrl,
  rule: "an https URL, or http on a loopback host, without query, fragment and user info",
};

/** The URL without slashes at its end, or `undefined` when it is none that the client may use. */
function readBaseUrl(value: unknown): string | undefined {
  if (typeof value !== "string" && classOf(value) !== "URL") return undefined;
  let url: URL;
  try {
    url = new URL(value as string | URL);
  } catch {
    return undefined;
  }
  const isAllowed = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  return isAllowed && !url.username && !url.password && !/[?#]/.test(url.href)
    ? url.href.replace(/\/+$/, "")
    : undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || /^127(\.\d+){3}$/.test(hostname) || hostname === "[::1]";
}
