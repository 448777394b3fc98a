// The catalogue of errors. It runs the client to find out what it throws and whether it retries.
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { build } from "esbuild";
import { entryPoints } from "../build/entry-points.js";
import { root } from "../common/paths.js";
import { heading, html, inlineMarkdown, linkedCode, markdown, permalink, table } from "./html.js";
import { HTTP_REFERENCE, responseId } from "./http-reference.js";
import { methodNames, summariesOf } from "./package-reference.js";
import { documentedOperations, documentedResponses, resolved } from "./spec.js";

/** What to do about an error, and what those mean that are not of this package. @type {Record<string, Record<string, string>>} */
const advice = JSON.parse(readFileSync(new URL("advice.json", import.meta.url), "utf8"));
const { codes = {}, statuses = {}, standardErrors = {}, errors = {}, networkCodes = {} } = advice;

/** The package as it is in src/, running. */
export async function loadPackage() {
  const { index, testing } = entryPoints;
  const bundle = await build({
    stdin: { contents: `export * from "./${index}"; export * from "./${testing}";`, resolveDir: root },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    logLevel: "silent",
  });
  const code = Buffer.from(bundle.outputFiles[0]?.contents ?? []).toString("base64");
  return /** @type {Promise<typeof import("../../src/index.js") & typeof import("../../src/testing/index.js")>} */ (
    import(`data:text/javascript;base64,${code}`)
  );
}

/** @typedef {Awaited<ReturnType<typeof loadPackage>>} Package */

/** What a call fails with; how a response is read is the same for all operations. @param {Package} client @param {any} fetch @returns {Promise<any>} */
const errorOf = ({ createChatClient }, fetch) =>
  createChatClient({ accessToken: "a-token", maxRetries: 0, fetch })
    .markMessagesAsRead("order-123")
    .catch((error) => error);

/** Which of all error statuses the client retries. @param {Package} client */
export async function retriedStatuses(client) {
  const statuses = Array.from({ length: 200 }, (_, index) => 400 + index);
  const errors = await Promise.all(
    statuses.map((status) => errorOf(client, async () => new Response(null, { status }))),
  );
  return statuses.filter((_, index) => errors[index].retryable);
}

/** @param {Package} client @param {import("./package-reference.js").Modules} modules */
export async function errorCatalogue(client, modules) {
  const rows = await documentedRows(client, methodNames(modules));
  const summary =
    "Every documented status and code: what it means, what the client throws, whether it retries, and what to do.";
  const body = html`<h1>Errors</h1>
    <p>${summary}</p>
    <p>
      The API may add codes; treat one that is not listed here by its status. <em>Retried</em> tells what the client
      does with its default options: see <a href="retries.html">Retries and time limits</a>. After a 401, a different
      token from the <code>accessToken</code> function is sent once.
    </p>
    ${documentedOperations().map(
      ({ operationId, summary }) =>
        html`${heading(2, operationId, summary)}
          <p>What ${linkedCode(operationId)} may return.</p>
          ${table(["Status and code", "Meaning", "Throws", "Retried", "What to do"], rows.get(operationId) ?? [])}`,
    )}
    ${await withoutResponse(client, summariesOf(modules))}`;
  const source = "scripts/docs/advice.json";
  return { file: "errors.html", title: "Errors", summary, source, tocDepth: 2, body };
}

/**
 * The rows of each operation: one for each documented response, and one for each further code within it. Their addresses
 * are made of what an error knows: `operation-status-code`, and `operation-status` for the first of a status.
 *
 * @param {Package} client @param {Set<string>} methods the names of the methods that users call
 */
async function documentedRows(client, methods) {
  const ids = new Set();
  const rows = /** @type {Map<string, import("./html.js").Row[]>} */ (new Map());
  for (const { operationId, status, example, contentType = "", body } of documentedResponses()) {
    if (status < 400) continue;
    const init = { status, headers: { "Content-Type": contentType } };
    const error = await errorOf(client, async () => new Response(body ? JSON.stringify(body) : null, init));
    const id = responseId(operationId, status);
    const oauthCode = /** @type {any} */ (body)?.error;
    const code = error.code ?? (typeof oauthCode === "string" ? oauthCode : undefined);
    const nested = error.errors.filter((/** @type {any} */ detail) => detail.code !== error.code);
    const entries = [{ code, text: meaningOf(operationId, status, example), place: "" }].concat(
      nested.map((/** @type {any} */ { code, message, key }) => ({
        code,
        text: `\`${message}\`${key ? `, in \`${key}\`` : ""}.`,
        place: ", in errors",
      })),
    );
    for (const { code, text, place } of entries) {
      const names = [code, example].filter((part) => part !== undefined).map((part) => `${id}-${part}`);
      const [own = "", ...others] = [...names, id].filter((name) => !ids.has(name));
      for (const name of [own, ...others]) ids.add(name);
      const cells = [
        html`${others.map((name) => html`<span id="${name}"></span>`)}${permalink(own, status)}${code !== undefined && html` · <code>${code}</code>`}<small
            >${STATUS_CODES[status]}${place}</small
          >`,
        html`${markdown(text)}
          <p>
            <a href="${HTTP_REFERENCE}#${id}${example === undefined ? "" : `-${example}`}">${example ?? "Response"}</a>
          </p>`,
        methods.has(operationId)
          ? linkedCode("ApiError")
          : html`${linkedCode("AccessTokenError")} with the cause ${linkedCode("ApiError")}`,
        error.retryable ? "Yes" : "No",
        inlineMarkdown(codes[code] ?? statuses[status] ?? statuses[error.retryable ? 503 : 400] ?? ""),
      ];
      rows.set(operationId, [...(rows.get(operationId) ?? []), { id: own, cells }]);
    }
  }
  return rows;
}

/** @param {string} operationId @param {number} status @param {string | undefined} example @returns {string} Markdown */
function meaningOf(operationId, status, example) {
  const { responses } = documentedOperations().find((operation) => operation.operationId === operationId);
  const { description, content = {} } = resolved(responses[status]);
  if (example === undefined) return description;
  const media = Object.values(content).find(({ examples }) => example in examples);
  const { summary, description: more = "" } = resolved(media.examples[example]);
  return `${summary}. ${more}`;
}

/** @param {Package} client @param {Map<string, string>} summaries */
async function withoutResponse(client, summaries) {
  const rows = Object.entries(errors).map(([name, text]) => ({
    id: name,
    cells: [
      name in standardErrors ? html`<code>${permalink(name, name)}</code>` : linkedCode(name),
      inlineMarkdown(standardErrors[name] ?? summaries.get(name) ?? ""),
      name === "TimeoutError" ? "Yes" : "No",
      inlineMarkdown(text),
    ],
  }));
  const failures = await Promise.all(
    Object.entries(networkCodes).map(async ([code, text]) => {
      const { name, retryable } = await errorOf(client, client.mockFetch({ networkFailure: code }));
      const id = `${name}-${code}`;
      return { id, cells: [html`<code>${permalink(id, code)}</code>`, retryable ? "Yes" : "No", inlineMarkdown(text)] };
    }),
  );
  return html`${heading(2, "without-a-response", "Errors without a documented response")}
    ${table(["Throws", "Meaning", "Retried", "What to do"], rows)} ${heading(2, "NetworkError", "Network failures")}
    <p>
      ${inlineMarkdown(summaries.get("NetworkError") ?? "")} The error is a ${linkedCode("NetworkError")}; its
      <code>code</code> is that of the root cause. These are common ones.
    </p>
    ${table(["Code", "Retried", "What to do"], failures)}`;
}
