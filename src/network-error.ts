import { NetworkError } from "./errors.js";
import { isErrorLike, redactError, type ErrorLike } from "./redact.js";
import type { CallContext } from "./types.js";

// Each list names the runtime that an entry comes from. What no list knows may pass, and is retried.

/** Codes of what another attempt cannot change. Bun has Node's, and EPROTO for every failed TLS handshake. */
const PERMANENT_CODES = [
  /CERT/, // Node: a certificate that is not accepted (CERT_HAS_EXPIRED), and TLS alerts about the client's own
  /^CRL_/, // Node: the revocation list of a certificate
  /^UNABLE_TO_/, // Node: the issuer of a certificate, or its key, cannot be found or read
  /^(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/, // Node: what a certificate may be used for
  /^ERR_OSSL_(X509|PEM|ASN1|PKCS12)_/, // Node: a certificate or key of the client's own that cannot be read or used
  /^EPROTO$/, // Node, Bun: the handshake
  /_ALERT_(UNKNOWN_CA|ACCESS_DENIED)$/, // Node: the server rejects the client's certificate
  /_ALERT_(HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY)$/, // Node: the server finds no common ground
  /_UNRECOGNIZED_NAME$/, // Node: the server does not know the host
  /^ERR_SSL_.*(VERSION|PROTO|CIPHER|PACKET_LENGTH)/, // Node: no common version or cipher, or a server without TLS
  /^ERR_ACCESS_DENIED$/, // Node: its permission model, without --allow-net
  /^ERR_INVALID_(URL|PROTOCOL)$/, // Node
  /INVALID_ARG/, // Node, Bun, undici, and mockFetch
];

/** Names of errors that another attempt cannot change. */
const PERMANENT_NAMES = [
  "NotCapable", // Deno 2, without --allow-net
  "PermissionDenied", // Deno 1, and the system's firewall
];

/** Messages of the same, where there is no code. A proxy's 407 sent again can lock an account. */
const PERMANENT_MESSAGES = [
  /^bad port$/, // Node: a port that fetch blocks
  /requests to port \d+ are blocked/i, // Deno
  /^unknown scheme$/, // Node
  /invalid peer certificate/, // Deno
  /alert: (Bad|Unsupported)?Certificate/, // Deno: the server rejects the client's certificate
  /alert: (UnknownCA|AccessDenied)/, // Deno
  /alert: (HandshakeFailure|ProtocolVersion|InsufficientSecurity|NoApplicationProtocol|UnrecognisedName)/, // Deno
  /corrupt message of type InvalidContentType/, // Deno: a server without TLS
  /^proxy response \(4(?!08|29)\d\d\)/i, // undici, and so Node
  /^proxy refused to open a tunnel: 4(?!08|29)\d\d/i, // Bun
  /tunneling socket could not be established, statuscode=4(?!08|29)\d\d/i, // tunnel-agent, below older proxy agents
  /proxy authentication required/i, // undici, Deno
  /^fetch returned/, // this package: a `fetch` that returns no `Response`
];

/** How the platforms name a lost network, in a `TypeError` that has neither a code nor a cause. */
const NETWORK_MESSAGES = [
  /^fetch failed/i, // Node, Deno
  /^terminated/i, // Node, in a body
  /^error /i, // Deno: "error sending request", "error reading a body"
  /^(unable to|connection) /i, // Bun
  /^failed to fetch/i, // Chromium
  /^network/i, // Chromium in a body, Firefox, React Native, whatwg-fetch, Cloudflare Workers
  /^load failed/i, // Safari
  /^(could not|the|a server) /i, // Safari, by Apple's network stack: "The network connection was lost."
];

/** Names of errors in code. A `TypeError` is one unless it is a platform's own. */
const BUG_NAMES = ["ReferenceError", "RangeError", "SyntaxError", "EvalError"];

/** What a private certificate authority explains. Bun has Node's codes, and reads the variable. */
const UNKNOWN_AUTHORITY_CODES = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
];
const AUTHORITY_HINT =
  "; if a private certificate authority issued it, set NODE_EXTRA_CA_CERTS to that authority's PEM file";

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
  const isOurs = isBug(root, code);
  const what = isOurs ? "The fetch function failed" : "The network failed";
  const hint = UNKNOWN_AUTHORITY_CODES.includes(code) ? AUTHORITY_HINT : "";
  const message = `${what}: ${describe(root?.message ?? "", code)}${hint}`.replace(/: $/, "");
  const isPermanent = isOurs || matches(PERMANENT_CODES, code) || chain.some(isPermanentByItsText);
  return new NetworkError(message, code || undefined, mayPass && !isPermanent, cause, call);
}

function isPermanentByItsText({ name, message }: ErrorLike): boolean {
  return PERMANENT_NAMES.includes(name) || matches(PERMANENT_MESSAGES, message);
}

/** Whether an error means a bug in code rather than a network failure. */
function isBug(error: ErrorLike | undefined, code: string): boolean {
  if (code.startsWith("ERR_INVALID_ARG")) return true;
  if (!error || code) return false;
  if (error.name === "TypeError") return !matches(NETWORK_MESSAGES, error.message);
  return BUG_NAMES.includes(error.name);
}

function matches(patterns: readonly RegExp[], text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
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
