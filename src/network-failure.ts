import { isErrorLike, type ErrorLike } from "./error-like.js";
import { NetworkError } from "./errors.js";
import { withoutSecrets } from "./secrets.js";

// What OpenSSL and Node call a certificate that is not accepted, and two sides that cannot agree on TLS.
const PERMANENT_CODE =
  /CERT|CRL_|UNABLE_TO|HOSTNAME|INVALID_(CA|PUR|URL|ARG|PRO)|EPROTO|_SSL_.*(VERSION|PROTO|HANDSHAKE_FAIL|CIPHER|PACKET_LEN)/;
// Where there is no code: `fetch` of Node for blocked ports and other schemes, Deno for certificates, and the client's
// own word for a `fetch` that is none.
const PERMANENT_MESSAGE = /^(bad port|unknown scheme)$|peer certificate|^fetch gave no/;

/** Makes a `NetworkError` of what `fetch`, or the stream of a body, threw. */
export function toNetworkError(error: unknown, mayPass: boolean, secrets: readonly string[]): NetworkError {
  const cause = withoutSecrets(error, secrets);
  const chain = causesOf(cause);
  const code = chain.map((error) => error.code).findLast((code) => typeof code === "string");
  const isPermanent = PERMANENT_CODE.test(code ?? "") || chain.some(({ message }) => PERMANENT_MESSAGE.test(message));
  return new NetworkError(describe(chain.at(-1)?.message ?? "", code ?? ""), code, mayPass && !isPermanent, cause);
}

/** What the root cause says, with its code where that is not a part of it already. */
function describe(message: string, code: string): string {
  return (message.includes(code) ? message : `${code} ${message}`).trim();
}

/** The error and its causes, the root last. */
function causesOf(error: unknown): ErrorLike[] {
  const chain: ErrorLike[] = [];
  for (let cause = error; isErrorLike(cause) && !chain.includes(cause); cause = cause.cause) chain.push(cause);
  return chain;
}
