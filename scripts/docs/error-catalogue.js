// The catalogue of errors. It runs the client to find out what it throws and whether it retries.
import { Buffer } from "node:buffer";
import { STATUS_CODES } from "node:http";
import { build } from "esbuild";
import { entryPoints } from "../build/entry-points.js";
import { root } from "../common/paths.js";
import { heading, html, inlineMarkdown, linkedCode, markdown, table } from "./html.js";
import { HTTP_REFERENCE, responseId } from "./http-reference.js";
import { documentedOperations, documentedResponses, resolved, spec } from "./spec.js";

/** What to do, by the code if one is documented, otherwise by the status. */
const ADVICE = /** @type {Record<string, string>} */ ({
  400: "Correct the request: the message and `meta.key` name the problem.",
  4001: "Send the token of the user who owns the order: `tokens.forUser(userId)`.",
  9999: "Read every entry of `errors`; each has its own message, code and key.",
  1001: "Correct the field that `key` names.",
  401: "Check that the token belongs to this server and has not expired. The client calls an `accessToken` function once more for another token.",
  403: "Check the scope of the token, and that credentials are sent in the body only.",
  404: "Check the URL of the server.",
  4000: "Check the order id, whether it is the retailer's or Instacart's (`treatIdsAsInternal`), and whose token was sent.",
  408: "Nothing: the client retries. If it persists, try again later.",
  429: "Nothing: the client retries. If it persists, send fewer requests per second.",
  500: "Nothing: the client retries. If it persists, try again later.",
  503: "Nothing: the client retries. If it persists, try again later.",
});

/** What to do about errors that have no response, by the name of the error. */
const ADVICE_WITHOUT_RESPONSE = /** @type {Record<string, string>} */ ({
  TypeError: "Correct the argument that the message names. Nothing was sent.",
  AbortError: "Your own signal ended the call. Whether the messages were marked is unknown.",
  InvalidResponseError:
    "Read `problems` and `excerpt`. The usual reason is a proxy or an incorrect `baseUrl`. The messages may be marked.",
  TimeoutError: "Try again later, or raise `timeoutMs`. The messages may be marked.",
  AccessTokenError: "Read `cause`: it is the error of your `accessToken` function, or of the token request.",
});

/** Codes of network failures that people meet, and what to do about each. */
const ADVICE_BY_NETWORK_CODE = /** @type {Record<string, string>} */ ({
  ECONNREFUSED: "Nothing listens there. Check `baseUrl` and the server.",
  ECONNRESET: "The connection was lost. If it persists, look for a proxy or a firewall in between.",
  ENOTFOUND: "The host name does not resolve. Check `baseUrl`.",
  EAI_AGAIN: "The name server did not respond. Try again later.",
  UND_ERR_CONNECT_TIMEOUT:
    "The connection took too long. Check the firewall, and whether you are [behind a proxy](proxies.md).",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "The certificate comes from an authority that Node does not know. See [behind a proxy](proxies.md#a-proxy-that-inspects-tls).",
  SELF_SIGNED_CERT_IN_CHAIN: "The same: see [behind a proxy](proxies.md#a-proxy-that-inspects-tls).",
  CERT_HAS_EXPIRED: "Renew the server's certificate, or correct this machine's clock.",
});

/** The package as it is in src/, running. */
export async function loadPackage() {
  const { index, oauth, testing } = entryPoints;
  const contents = [index, oauth, testing].map((file) => `export * from "./${file}";`).join("\n");
  const bundle = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    logLevel: "silent",
  });
  const code = Buffer.from(bundle.outputFiles[0]?.contents ?? []).toString("base64");
  return /** @type {Promise<typeof import("../../src/index.js") & typeof import("../../src/oauth/index.js") & typeof import("../../src/testing/index.js")>} */ (
    import(`data:text/javascript;base64,${code}`)
  );
}

/** @typedef {Awaited<ReturnType<typeof loadPackage>>} Package */

/** How to meet each operation's responses: a call that fails with the response of that name. */
const CALLS = /** @type {Record<string, (client: Package, fetch: any) => Promise<unknown>>} */ ({
  markMessagesAsRead: ({ createChatClient }, fetch) =>
    createChatClient({ accessToken: "a-token", maxRetries: 0, fetch }).markMessagesAsRead("order-123"),
  generateAccessToken: ({ createTokenProvider }, fetch) =>
    createTokenProvider({ clientId: "client-123", clientSecret: "a-secret", fetch }).forClient()(),
});

/** @param {Package} client @param {string} operationId @param {any} response what `mockFetch` takes @returns {Promise<any>} the error */
async function errorOf(client, operationId, response) {
  const call = CALLS[operationId];
  if (!call) throw new Error(`the catalogue of errors cannot call ${operationId}; add it to CALLS`);
  const result = await call(client, client.mockFetch(response)).catch((error) => error);
  if (!(result instanceof Error)) throw new Error(`${operationId} did not fail with ${JSON.stringify(response)}`);
  return result;
}

/** Which of all error statuses the client retries. @param {Package} client */
export async function retriedStatuses({ createChatClient }) {
  const statuses = Array.from({ length: 200 }, (_, index) => 400 + index);
  const errors = await Promise.all(
    statuses.map((status) => {
      const fetch = async () => new Response(null, { status });
      return createChatClient({ accessToken: "a-token", maxRetries: 0, fetch })
        .markMessagesAsRead("order-123")
        .catch((error) => error);
    }),
  );
  return statuses.filter((_, index) => errors[index].retryable);
}

const COLUMNS = ["Status and code", "Meaning", "Throws", "Retried", "What to do"];

/** @param {Package} client @param {Map<string, string>} summaries what TSDoc says of each exported error */
export async function errorCatalogue(client, summaries) {
  const used = new Set();
  const sections = await Promise.all(
    documentedOperations().map(async ({ operationId, summary, responses }) => {
      const failures = documentedResponses().filter(
        (response) => response.operationId === operationId && response.status >= 400,
      );
      const rows = await Promise.all(
        failures.map(async (response) => {
          const error = await errorOf(client, operationId, response.example ?? response.status);
          return rowsOf({ ...response, meaning: meaningOf(response, responses), error, used });
        }),
      );
      return html`${heading(2, operationId, summary)}
        <p>${linkedCode(operationId)}, ${failures.length} documented errors.</p>
        ${table(COLUMNS, rows.flat())}`;
    }),
  );
  const unused = Object.keys(ADVICE).filter((key) => !used.has(key));
  if (unused.length > 0)
    throw new Error(`the catalogue of errors has advice for ${unused.join(", ")}, which the spec does not document`);
  return {
    file: "errors.html",
    title: "Errors",
    summary:
      "Every documented status and code: what it means, what the client throws, whether it retries, and what to do.",
    tocDepth: 2,
    body: html`<h1>Errors</h1>
      <p>
        Every documented status and code: what it means, what the client throws, whether it is retried, and what to do.
      </p>
      <p>
        The API may add codes; treat one that is not listed here by its status. <em>Retried</em> tells what the client
        does with its default options: see <a href="retries.html">Retries and time limits</a>. After a 401, a different
        token from the <code>accessToken</code> function is sent once.
      </p>
      ${sections} ${await withoutResponse(client, summaries)}`,
  };
}

/** @param {{ status: number, example: string | undefined }} response @param {Record<string, any>} responses */
function meaningOf({ status, example }, responses) {
  if (example === undefined) return resolved(responses[status]).description;
  const { summary, description } = spec.components.examples[example];
  return `${summary}. ${description ?? ""}`;
}

/** One row, and one more for each code within the response. @param {any} response */
function rowsOf({ operationId, status, example, meaning, error, used }) {
  const thrown = error.name === "AccessTokenError" ? error.cause : error;
  const target = `${HTTP_REFERENCE}#${responseId(operationId, status)}${example === undefined ? "" : `-${example}`}`;
  const nested = (thrown.errors ?? []).filter((/** @type {any} */ { code }) => code !== thrown.code);
  const row = (/** @type {number | undefined} */ code, /** @type {string} */ text, /** @type {string} */ place) => {
    const key = String(code ?? status);
    if (!ADVICE[key])
      throw new Error(`the catalogue of errors has no advice for ${operationId} ${status} ${code ?? ""}`);
    used.add(key);
    return [
      html`<a href="${target}">${status}</a>${code !== undefined && html` · <code>${code}</code>`}<small
          >${STATUS_CODES[status]}${place}</small
        >`,
      markdown(text),
      html`${linkedCode(error.name)}${thrown !== error && html` with the cause ${linkedCode(thrown.name)}`}`,
      thrown.retryable ? "Yes" : "No",
      inlineMarkdown(ADVICE[key]),
    ];
  };
  return [
    row(thrown.code, meaning, ""),
    ...nested.map((/** @type {any} */ { code, message, key }) =>
      row(code, `\`${message}\`${key ? `, in \`${key}\`` : ""}.`, ", in errors"),
    ),
  ];
}

/** @param {Package} client @param {Map<string, string>} summaries */
async function withoutResponse(client, summaries) {
  const errors = Object.entries(ADVICE_WITHOUT_RESPONSE).map(([name, advice]) => [
    name === "AbortError" ? html`The <code>reason</code> of your signal` : linkedCode(name),
    inlineMarkdown(summaries.get(name) ?? (name === "TypeError" ? "An argument is invalid." : "You aborted the call.")),
    name === "TimeoutError" ? "Yes" : "No",
    inlineMarkdown(advice),
  ]);
  const failures = await Promise.all(
    Object.entries(ADVICE_BY_NETWORK_CODE).map(async ([code, advice]) => {
      const { name, retryable } = await errorOf(client, "markMessagesAsRead", { networkFailure: code });
      return [html`${linkedCode(name)} <code>${code}</code>`, retryable ? "Yes" : "No", inlineMarkdown(advice)];
    }),
  );
  return html`${heading(2, "without-a-response", "Errors without a documented response")}
    ${table(["Throws", "Meaning", "Retried", "What to do"], errors)}
    ${heading(2, "network-failures", "Network failures")}
    <p>
      ${inlineMarkdown(summaries.get("NetworkError") ?? "")} Its <code>code</code> is that of the root cause. These are
      the common ones; others are retried where they may pass.
    </p>
    ${table(["Throws", "Retried", "What to do"], failures)}`;
}
