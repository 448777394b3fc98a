// Checks a server against the contract, twice: Prism's validating proxy stands before it, and the package's own client
// reads what it answered. Neither is enough: the proxy lets some wrong answers pass, and the client is lenient with
// the bodies of errors.
import { startProxy } from "../mock/server.js";
import { startRecordingProxy } from "./recording-proxy.js";

/** @typedef {import("./cases.js").Case} Case */
/** @typedef {import("./recording-proxy.js").RawAnswer} RawAnswer */
/** @typedef {typeof import("../../src/index.js") & typeof import("../../src/oauth/index.js")} Package */
/** @typedef {{ by: "proxy" | "client", text: string }} Violation */
/** @typedef {{ name: string, outcome: "passed" | "failed" | "not asked", violations: Violation[] }} Result */

const EXCERPT_CHARACTERS = 80;

/**
 * @param {Pick<Package, "createChatClient" | "createTokenProvider" | "isChatClientError">} client the package under test
 * @param {string} baseUrl the server
 * @param {Case[]} cases
 * @param {(result: Result) => void} report called with each result as it comes
 */
export async function checkContract(client, baseUrl, cases, report) {
  const witness = await startRecordingProxy(baseUrl);
  const proxy = await startProxy(witness.url);
  try {
    const results = [];
    for (const one of cases) results.push(await checkCase(one));
    // The client's own reading may take a while, since it tries again what may pass.
    for (const result of results) report(await result());
  } finally {
    await proxy.close();
    await witness.close();
  }

  /**
   * Asks the server once, by way of the proxy.
   *
   * @param {Case} one
   * @returns {Promise<() => Promise<Result>>}
   */
  async function checkCase({ name, status, code, ask }) {
    if (!ask) return async () => ({ name, outcome: "not asked", violations: [] });
    const enough = new AbortController();
    /** @type {Response[]} */
    const checked = [];
    /** @type {import("../../src/index.js").Fetch} */
    const once = async (url, init) => {
      checked.push(await fetch(url, init));
      enough.abort();
      throw enough.signal.reason;
    };
    await ask(clientsOf(proxy.url, once, enough.signal)).catch(() => {});
    const [answer] = witness.takeAnswers();
    if (!answer)
      return async () => ({ name, outcome: "failed", violations: [violation("proxy", name, "an answer", "none")] });

    const violations = checked.flatMap((response) => proxyViolations(name, response, answer));
    const reading = ask(clientsOf(proxy.url, async () => toResponse(answer))).then(
      () => ({ status: 200, code: undefined, trouble: undefined }),
      read,
    );
    return async () => {
      violations.push(...clientViolations(name, { status, code }, await reading, answer));
      return { name, outcome: violations.length > 0 ? "failed" : "passed", violations };
    };
  }

  /**
   * @param {string} baseUrl
   * @param {import("../../src/index.js").Fetch} fetch
   * @param {AbortSignal} [signal]
   * @returns {import("./cases.js").Clients}
   */
  function clientsOf(baseUrl, fetch, signal) {
    /** @param {string | undefined} prefer @returns {import("../../src/index.js").Fetch} */
    const asking = (prefer) => (url, init) => {
      const headers = new Headers(init.headers);
      if (prefer) headers.set("Prefer", prefer);
      return fetch(url, { ...init, headers });
    };
    const credentials = { clientId: "client-123", clientSecret: "not-a-real-secret" };
    return {
      markMessagesAsRead: ({ orderId, accessToken, prefer }) =>
        client
          .createChatClient({ accessToken, baseUrl, maxRetries: 0, fetch: asking(prefer) })
          .markMessagesAsRead(orderId, { signal }),
      generateAccessToken: ({ prefer }) =>
        client.createTokenProvider({ ...credentials, baseUrl, fetch: asking(prefer) }).forClient()(
          signal && { signal },
        ),
    };
  }

  /** @param {unknown} error what the client made of an answer */
  function read(error) {
    const cause = client.isChatClientError(error) && error.name === "AccessTokenError" ? error.cause : error;
    if (!client.isChatClientError(cause)) throw error;
    if (cause.name === "ApiError") return { status: cause.status, code: cause.code, trouble: undefined };
    return { status: undefined, code: undefined, trouble: cause.message };
  }
}

/**
 * @param {string} name
 * @param {Response} response
 * @param {RawAnswer} answer
 * @returns {Violation[]}
 */
function proxyViolations(name, response, answer) {
  const found = response.headers.get("sl-violations");
  if (found === null) {
    const isRefused =
      response.headers.get("content-type")?.includes("problem+json") && response.status !== answer.status;
    return isRefused ? [violation("proxy", name, "an answer that can be read", shown(answer.body))] : [];
  }
  const list = /** @type {{ location: string[], message: string }[]} */ (
    parse(found) ?? [{ location: [], message: found }]
  );
  return list.map(({ location, message }) =>
    violation("proxy", [name, ...location].join(" "), message, cameAt(location, answer)),
  );
}

/**
 * @param {string} name
 * @param {{ status: number, code: number | undefined }} promised
 * @param {{ status: number | undefined, code: number | undefined, trouble: string | undefined }} reading
 * @param {RawAnswer} answer
 * @returns {Violation[]}
 */
function clientViolations(name, promised, reading, answer) {
  if (reading.trouble !== undefined)
    return [violation("client", name, "an answer by the contract", `${reading.trouble}: ${shown(answer.body)}`)];
  if (reading.status !== promised.status)
    return [violation("client", name, `status ${promised.status}`, `status ${answer.status}: ${shown(answer.body)}`)];
  if (promised.code !== undefined && reading.code !== promised.code)
    return [violation("client", name, `the error with code ${promised.code}`, shown(answer.body))];
  return [];
}

/**
 * @param {Violation["by"]} by
 * @param {string} where
 * @param {string} promised
 * @param {string} came
 * @returns {Violation}
 */
function violation(by, where, promised, came) {
  return { by, text: `${where}: promised is ${promised}, but there came ${came}`.replace(/\s+/g, " ") };
}

/**
 * What stands at the place that Prism complains of.
 *
 * @param {string[]} location
 * @param {RawAnswer} answer
 */
function cameAt([, part, ...path], { status, headers, body }) {
  if (part !== "body") return `status ${status}, ${new Headers(headers).get("content-type") ?? "no content type"}`;
  const value = path.reduce((node, step) => /** @type {any} */ (node)?.[step], parse(body));
  return value === undefined ? shown(body) : shown(JSON.stringify(value));
}

/** @param {string} text */
function shown(text) {
  return text === "" ? "an empty body" : text.slice(0, EXCERPT_CHARACTERS);
}

/** @param {string} text @returns {unknown} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {RawAnswer} answer */
function toResponse({ status, headers, body }) {
  const hasNoBody = [204, 205, 304].includes(status);
  return new Response(hasNoBody ? null : body, { status, headers });
}
