import { NetworkError } from "./errors.js";
import { isErrorLike, redactError, type ErrorLike } from "./redact.js";
import type { CallContext } from "./types.js";

// What OpenSSL and Node call a certificate that is not accepted, and two sides that cannot agree on TLS.
const PERMANENT_CODE =
  /CERT|CRL_|UNABLE_TO|HOSTNAME|INVALID_(CA|PUR|URL|ARG|PRO)|EPROTO|_SSL_.*(VERSION|PROTO|HANDSHAKE_FAIL|CIPHER|PACKET_LEN)/;

// What has no code: blocked ports and unknown schemes in Node, certificates in Deno, a forward proxy that rejects the
// request, such as with a 407 (sending it again can lock an account), and a `fetch` that returns something else.
const PERMANENT_MESSAGE =
  /^(bad port|unknown scheme)$|peer certificate|\bproxy\b.*\b4(?!08|29)\d\d\b|proxy authenticat|^fetch returned/i;

// The platforms' own words for a lost network, in errors that have neither a code nor a cause.
const NETWORK_MESSAGE =
  /^(fetch failed|failed to fetch|load failed|network|terminated|error |could not |unable to |connection |the |a server )/i;

// Only those that a private certificate authority explains.
const UNKNOWN_AUTHORITY = /SELF_SIGNED|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/;
const AUTHORITY_HINT = "; a certificate authority of your own or of a proxy belongs into NODE_EXTRA_CA_CERTS";

/**
 * Turns what `fetch` or the stream of a body threw into a `NetworkError`.
 *
 * @param mayPass whether a retry could help at all, as far as is known of the response
 */
export function toNetworkError(thrown: unknown, call: CallContext, mayPass: boolean): NetworkError {
  const cause = redactError(thrown, call.secrets);
  const chain = causesOf(cause);
  const root = chain.at(-1);
  const code = chain.map((error) => error.code).findLast((code) => typeof code === "string") ?? "";
  const isPermanent =
    PERMANENT_CODE.test(code) || chain.some(({ message }) => PERMANENT_MESSAGE.test(message)) || isBug(root, code);
  const what = isBug(root, code) ? "The fetch function failed" : "The network failed";
  const hint = UNKNOWN_AUTHORITY.test(code) ? AUTHORITY_HINT : "";
  const message = `${what}: ${describe(root?.message ?? "", code)}${hint}`.replace(/: $/, "");
  return new NetworkError(message, code || undefined, mayPass && !isPermanent, cause, call);
}

/** Whether an error means a bug in code rather than a network failure. */
function isBug(error: ErrorLike | undefined, code: string): boolean {
  if (/^ERR_INVALID_ARG/.test(code)) return true;
  if (!error || code) return false;
  if (error.name === "TypeError") return !NETWORK_MESSAGE.test(error.message);
  return /^(Reference|Range|Syntax|Eval)Error$/.test(error.name);
}

/** What the root cause says, with its code unless that is part of it. */
function describe(message: string, code: string): string {
  return (message.includes(code) ? message : `${code} ${message}`).trim();
}

/** The error and its causes, the root last. */
function causesOf(error: unknown): ErrorLike[] {
  const chain: ErrorLike[] = [];
  for (let cause = error; isErrorLike(cause) && !chain.includes(cause); cause = cause.cause) chain.push(cause);
  return chain;
}
