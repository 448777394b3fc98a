import { NetworkError } from "./errors.js";
import { withoutSecret } from "./secrets.js";

// What OpenSSL and Node call a certificate that is not accepted, and a server that does not speak TLS.
const PERMANENT_CODE =
  /CERT|CRL_|UNABLE_TO_|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE|URL|ARG|PROTOCOL)|ERR_SSL_WRONG_VERSION|EPROTO/;
// Where a runtime gives no code: `fetch` of Node for blocked ports and other schemes, Deno for certificates.
const PERMANENT_MESSAGE = /^(bad port|unknown scheme)$|peer certificate/;

/** Makes a `NetworkError` of what `fetch`, or the stream of a body, threw. */
export function toNetworkError(cause: unknown, token: string): NetworkError {
  const chain = causesOf(cause);
  const code = chain.map((error) => error.code).findLast((code) => typeof code === "string");
  const isPermanent = PERMANENT_CODE.test(code ?? "") || chain.some(({ message }) => PERMANENT_MESSAGE.test(message));
  return new NetworkError(code, !isPermanent, withoutSecret(cause, token));
}

type CodedError = Error & { code?: unknown };

/** The error and its causes, the root last. */
function causesOf(error: unknown): CodedError[] {
  const chain: CodedError[] = [];
  for (let cause = error; cause instanceof Error && !chain.includes(cause); cause = cause.cause) chain.push(cause);
  return chain;
}
