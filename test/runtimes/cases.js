// The contract suite for any runtime: plain JavaScript that needs nothing that a browser does not have. What the README
// documents for every runtime is asserted exactly. Where runtimes differ, such as in the code of a network failure, the
// suite asserts no more than the README says.
import { callOf, operationsUnderTest, CREDENTIALS, TOKEN } from "../support/operations.js";
import { attemptsUntil, documentedOutcome, apiOutcomeOf } from "../support/outcome.js";

/** @typedef {typeof import("../../src/index.js") & typeof import("../../src/oauth/index.js") & typeof import("../../src/testing/index.js")} Package */
/** @typedef {import("../../src/index.js").ChatClientOptions} ClientOptions */
/** @typedef {import("../../src/index.js").Fetch} Fetch */
/** @typedef {import("../../src/index.js").MarkMessagesAsReadOptions} CallOptions */
/** @typedef {import("../support/spec.js").DocumentedResponse} DocumentedResponse */
/** @typedef {import("../support/spec.js").ParameterCase} ParameterCase */
/**
 * What the suite needs to know, as plain JSON.
 *
 * @typedef {object} Surroundings
 * @property {string} mockUrl the mock
 * @property {string} serverUrl the server of server.js
 * @property {string} refusingUrl where no server listens
 * @property {DocumentedResponse[]} responses what the spec documents
 * @property {ParameterCase[]} parameters the parameters of the spec, with their values
 */
/** @typedef {{ name: string, passed: boolean, error?: string }} Result */
/** @typedef {(suite: Suite) => Promise<void>} Case */
/** @typedef {Surroundings & { client: Package }} Suite */

const CASE_LIMIT_MS = 10_000;
const DATA = { messages_read_count: 15 };
const REASON = { mine: true };

// Each is written in another way in a URL.
const ORDER_IDS = [
  ...["a/b", "a?b=c", "a#b", "100%", "%2e%2e", "%ZZ", "...", " a ", "a\\b", "a+b", "a;b:c@d&e=f"],
  ...["ü", "日本", "🛒", "{order_id}", "$&", "'()*!", '"<>^`|', "a".repeat(2000)],
];

/**
 * Runs every case, one after the other.
 *
 * @param {Package} client @param {Surroundings} surroundings @returns {Promise<Result[]>}
 */
export async function runCases(client, surroundings) {
  const suite = { ...surroundings, client };
  const results = [];
  for (const [name, run] of Object.entries({ ...documentedCases(surroundings), ...CASES }))
    results.push(await runCase(name, () => run(suite)));
  return results;
}

/** @param {string} name @param {() => Promise<void>} run @returns {Promise<Result>} */
async function runCase(name, run) {
  const { random } = Math;
  Math.random = () => 0; // No wait before a retry but for what the server asks for.
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It did not end within ${CASE_LIMIT_MS} ms`)), CASE_LIMIT_MS);
  });
  try {
    await Promise.race([run(), limit]);
    return { name, passed: true };
  } catch (error) {
    return { name, passed: false, error: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    Math.random = random;
  }
}

/** Each response and each parameter of the spec. @param {Surroundings} surroundings @returns {Record<string, Case>} */
function documentedCases({ responses, parameters }) {
  const named = responses.map((response) => {
    const { operationId, status, example = "(no body)" } = response;
    return [`${operationId} ${status} ${example}`, responseCase(response)];
  });
  return Object.fromEntries([...named, ...parameters.map((parameter) => [parameter.name, parameterCase(parameter)])]);
}

/** The mock and `mockFetch` send the response, and the call ends as documented. @param {DocumentedResponse} response @returns {Case} */
function responseCase(response) {
  return async (suite) => {
    const { operationId, status, example } = response;
    const call = callOf(operationId);
    const mock = asking(suite, response);
    const mockFetch = suite.client.mockFetch(/** @type {any} */ (example ?? status));
    const expected = documentedOutcome(response);
    same(await apiOutcomeOf(suite.client, call(suite.client, mock.options)), expected);
    same(await apiOutcomeOf(suite.client, call(suite.client, { fetch: mockFetch })), expected);
    same([mock.violations, mockFetch.requests.length], [[], attemptsUntil(status)]);
  };
}

/** What is sent is the parameter's value, and the mock accepts it. @param {ParameterCase} parameter @returns {Case} */
function parameterCase({ operationId, parameter, place, value }) {
  return async (suite) => {
    const response = suite.responses.find((one) => one.operationId === operationId && one.status < 300);
    if (!response) throw new Error(`The spec documents no success of ${operationId}`);
    const mock = asking(suite, response);
    /** @type {(string | null)[]} */
    const sent = [];
    /** @type {Fetch} */
    const fetch = (url, init) => {
      sent.push((place === "query" ? new URL(url).searchParams : new Headers(init.headers)).get(parameter));
      return mock.options.fetch(url, init);
    };
    const option = operationsUnderTest[operationId]?.options[parameter] ?? "";
    const options = value === undefined ? {} : { [option]: value };
    const call = callOf(operationId)(suite.client, { ...mock.options, fetch }, options);
    same(
      [await apiOutcomeOf(suite.client, call), sent],
      [documentedOutcome(response), [value === undefined ? null : String(value)]],
    );
    same(mock.violations, []);
  };
}

/** @type {Record<string, Case>} */
const CASES = {
  "the request arrives as it was sent, with each header": async (suite) => {
    const { options: watched, sent } = watching(at(suite, "echo").baseUrl);
    const options = /** @type {const} */ ({ treatIdsAsInternal: true, retailerId: "banner-1", locale: "fr-CA" });
    const requests = await requestsOf(mark(suite, watched, options));
    /** @type {Record<string, string>} */
    const headers = {
      accept: "application/json",
      "content-type": "application/json",
      authorization: `Bearer ${TOKEN}`,
      "x-treat-ids-as-internal": "true",
      "x-retailer-id": "banner-1",
      "accept-language": "fr-CA",
    };
    const [{ "user-agent": userAgent, ...own } = {}, ...others] = sent;
    same([own, others], [headers, []]);
    const isPage = "document" in globalThis;
    same(isPage ? userAgent === undefined : /^instacart-post-checkout-chat\/\d/.test(userAgent ?? ""), true);
    if (!isPage) headers["user-agent"] = userAgent ?? "";
    const arrived = requests.map(({ method, path, headers: all, body }) => ({
      ...{ method, path, body },
      headers: Object.fromEntries(Object.keys(headers).map((name) => [name, all[name]])),
    }));
    same(arrived, [{ method: "PUT", path: "/v2/post_checkout/chat/order-123/messages", body: "", headers }]);
  },

  "every order id arrives as the same string": async (suite) => {
    for (const orderId of ORDER_IDS) {
      const [request] = await requestsOf(mark(suite, at(suite, "echo"), {}, orderId));
      const [, , , , segment = "", ...rest] = request?.path.split("/") ?? [];
      same([decodeURIComponent(segment), rest], [orderId, ["messages"]]);
    }
  },

  "an order id that would not survive the trip is a TypeError, and nothing is sent": async (suite) => {
    const { options, urls } = watching(at(suite, "echo").baseUrl);
    for (const orderId of ["", " ", ".", "..", "a\nb", "\u0000", "\ud800"]) {
      const { error } = await outcomeOf(() => mark(suite, options, {}, orderId));
      same([nameOf(error), urls], ["TypeError", []]);
    }
  },

  "an invalid or misspelt option is a TypeError, and the base URL may be a URL": async (suite) => {
    const create = suite.client.createChatClient;
    for (const options of [{ timeoutMs: 0 }, { baseUrl: "http://example.com" }, { locale: "en_US" }, { timeout: 1 }]) {
      const given = /** @type {ClientOptions} */ ({ accessToken: TOKEN, ...options });
      const { error } = await outcomeOf(async () => create(given));
      same(nameOf(error), "TypeError");
    }
    const { data } = await mark(suite, { baseUrl: new URL(at(suite, "echo").baseUrl) });
    same(data.messages_read_count, 15);
  },

  "the global fetch is looked up at each call, and called as a browser's must be": async (suite) => {
    const chat = chatOf(suite, at(suite, "echo"));
    const { fetch } = globalThis;
    /** @type {unknown[]} */
    const receivers = [];
    /** @type {typeof fetch} */
    globalThis.fetch = function (/** @type {Parameters<typeof fetch>} */ ...args) {
      receivers.push(/** @type {unknown} */ (this));
      return Reflect.apply(fetch, globalThis, args);
    };
    const { value, error } = await outcomeOf(() => chat.markMessagesAsRead("order-123"));
    globalThis.fetch = fetch;
    if (!value) throw unexpected(value, error);
    same(
      [receivers.length, receivers.every((receiver) => receiver === undefined || receiver === globalThis)],
      [1, true],
    );
  },

  "an abort before the call rejects with the unchanged reason, and nothing is sent": async (suite) => {
    const { options, urls } = watching(at(suite, "echo").baseUrl);
    const { error } = await outcomeOf(() => mark(suite, options, { signal: AbortSignal.abort(REASON) }));
    same([error === REASON, urls], [true, []]);
  },

  ...forEach(["hang", "hang-in-body"], (behaviour) => [
    `an abort while the call is under way (${behaviour}) rejects with the unchanged reason, and ends the request`,
    (suite) =>
      aborts(suite, behaviour, (controller, server) => {
        void hear(server, "arrival").then(() => controller.abort(REASON));
      }),
  ]),

  "an abort while the call waits before a retry rejects with the unchanged reason": async (suite) => {
    await aborts(suite, "busy-for-long", (controller) => ({ onAttempt: () => controller.abort(REASON) }));
  },

  "an abort without a reason is an AbortError, and that of AbortSignal.timeout a TimeoutError of the platform": async (
    suite,
  ) => {
    const controller = new AbortController();
    const server = at(suite, "hang");
    void hear(server, "arrival").then(() => controller.abort());
    const aborted = await outcomeOf(() => mark(suite, server, { signal: controller.signal }));
    const late = await outcomeOf(() => mark(suite, at(suite, "hang"), { signal: AbortSignal.timeout(100) }));
    const { isChatClientError } = suite.client;
    same([nameOf(aborted.error), aborted.error === controller.signal.reason], ["AbortError", true]);
    same([nameOf(late.error), isChatClientError(late.error)], ["TimeoutError", false]);
  },

  ...forEach(["hang", "hang-in-body"], (behaviour) => [
    `a server that hangs (${behaviour}) is a TimeoutError, and the request ends`,
    async (suite) => {
      const server = at(suite, behaviour);
      const error = await failureOf(suite, mark(suite, server, { timeoutMs: 100, maxRetries: 0 }), "TimeoutError");
      same([error.timeoutMs, error.retryable, error.attempts.length], [100, true, 1]);
      await hear(server, "gone");
    },
  ]),

  "the call waits for Retry-After, and then succeeds": async (suite) => {
    const startedAt = Date.now();
    const { data, attempts } = await mark(suite, at(suite, "busy-once"));
    same([data.messages_read_count, statuses(attempts), attempts[0]?.retryDelayMs], [15, [429, 200], 1000]);
    if (Date.now() - startedAt < 990) throw new Error(`It waited for ${Date.now() - startedAt} ms instead of 1000`);
  },

  "Retry-After beyond maxRetryDelayMs ends the call at once": async (suite) => {
    const call = mark(suite, { ...at(suite, "busy-for-long"), maxRetryDelayMs: 19_999 });
    const error = await failureOf(suite, call, "ApiError");
    same([error.httpStatus, error.retryAfterMs, statuses(error.attempts)], [503, 20_000, [503]]);
  },

  ...forEach(["refused", "reset", "cut-off"], (behaviour) => [
    `a connection that is ${behaviour} is a NetworkError after three attempts`,
    async (suite) => {
      const server = behaviour === "refused" ? { baseUrl: suite.refusingUrl } : at(suite, behaviour);
      const error = await failureOf(suite, mark(suite, server), "NetworkError");
      const all = Array(3).fill(behaviour === "cut-off" ? 200 : undefined);
      same([error.retryable, error.cause === undefined, statuses(error.attempts)], [true, false, all]);
      same(["undefined", "string"].includes(typeof error.code), true); // Not every runtime has one.
      if (behaviour !== "refused") await hear(server, "arrival");
    },
  ]),

  "a redirect is an InvalidResponseError, and is not followed": async (suite) => {
    const { options, urls } = watching(at(suite, "redirect").baseUrl);
    const error = await failureOf(suite, mark(suite, options), "InvalidResponseError");
    // A browser hides the status and the target.
    same([[0, 307].includes(error.httpStatus), error.problems.length, urls.length], [true, 1, 1]);
    same(/^is a redirect( to \/echo\/redirected)?$/.test(error.problems[0]?.message ?? ""), true);
  },

  "a 200 that breaks the contract is an InvalidResponseError that says where": async (suite) => {
    const invalid = await failureOf(suite, mark(suite, at(suite, "invalid-type")), "InvalidResponseError");
    same([invalid.httpStatus, invalid.retryable, invalid.attempts.length], [200, false, 1]);
    same(
      [invalid.problems, invalid.excerpt],
      [[{ path: "/messages_read_count", message: "must be integer" }], '{"messages_read_count":"15"}'],
    );
    const page = await failureOf(suite, mark(suite, at(suite, "page")), "InvalidResponseError");
    same(page.problems, [{ path: "", message: "has the content type text/html, not application/json" }]);
  },

  "a body of 1 MiB is read, and a larger one is an InvalidResponseError": async (suite) => {
    same((await mark(suite, at(suite, "one-mib"))).data, DATA);
    const error = await failureOf(suite, mark(suite, at(suite, "over-one-mib")), "InvalidResponseError");
    same([error.problems, error.attempts.length], [[{ path: "", message: "is larger than 1 MiB" }], 1]);
  },

  "a rejected token is replaced once": async (suite) => {
    const server = at(suite, "tokens");
    /** @type {(string | undefined)[]} */
    const rejections = [];
    const accessToken = async (/** @type {{ rejected?: string }} */ { rejected }) => {
      rejections.push(rejected);
      return rejected ? "token-number-2" : "token-number-1";
    };
    const { attempts } = await mark(suite, { ...server, accessToken });
    same(
      [rejections, statuses(attempts)],
      [
        [undefined, "token-number-1"],
        [401, 200],
      ],
    );
    const error = await failureOf(suite, mark(suite, { ...server, accessToken: "token-number-1" }), "ApiError");
    same([error.httpStatus, statuses(error.attempts)], [401, [401]]);
  },

  "the token provider requests a token, shares it among calls, and replaces it when it is rejected": async (suite) => {
    const { baseUrl } = at(suite, "tokens");
    const tokens = suite.client.createTokenProvider({ ...CREDENTIALS, baseUrl });
    const chat = chatOf(suite, { baseUrl, accessToken: tokens.forUser("usér-🛒") });
    const results = await Promise.all([1, 2, 3].map((number) => chat.markMessagesAsRead(`order-${number}`)));
    same(
      results.map(({ attempts }) => statuses(attempts)),
      Array(3).fill([401, 200]),
    );

    const all = await requestsOf(chat.markMessagesAsRead("order-123"));
    same(all.at(-1)?.headers["authorization"], "Bearer token-number-2");
    const bodies = all.filter(({ path }) => path === "/v2/oauth/token").map(({ body }) => JSON.parse(body));
    const assertion = bodies[0]?.assertion;
    const form = { client_id: "client-123", client_secret: "not-a-real-secret", scope: "connect:post_checkout" };
    same(bodies, Array(2).fill({ grant_type: "fulfillment_user_assertion", ...form, assertion }));
    same(JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(assertion), (byte) => byte.charCodeAt(0)))), {
      user_id: "usér-🛒",
    });
  },

  "providers share a token through a store": async (suite) => {
    const { baseUrl } = at(suite, "tokens");
    const store = new Map();
    const provider = () => suite.client.createTokenProvider({ ...CREDENTIALS, baseUrl, store }).forClient();
    same([await provider()(), await provider()(), store.size], ["token-number-1", "token-number-1", 1]);
  },

  "an accessToken function that throws is an AccessTokenError, and nothing is sent": async (suite) => {
    const { options, urls } = watching(at(suite, "echo").baseUrl);
    const accessToken = () => {
      throw new Error("down");
    };
    const error = await failureOf(suite, mark(suite, { ...options, accessToken }), "AccessTokenError");
    same([error.attempts, error.retryable, nameOf(error.cause), urls], [[], false, "Error", []]);
  },

  "no error shows the token": async (suite) => {
    const targets = [
      { baseUrl: suite.refusingUrl },
      ...["quotes", "cut-off", "redirect", "invalid-type", "busy-for-long", "hang"].map((name) => at(suite, name)),
    ];
    for (const target of targets) {
      const { error } = await outcomeOf(() => mark(suite, { ...target, timeoutMs: 200, maxRetries: 0 }));
      if (!suite.client.isChatClientError(error)) throw unexpected(undefined, error);
      const cause = error.cause instanceof Error ? [error.cause.message, error.cause.stack] : [];
      const shown = [JSON.stringify(error), JSON.stringify({ ...error }), error.message, error.stack, ...cause];
      same([shown.filter((text) => text?.includes(TOKEN)), error.toJSON()["name"]], [[], error.name]);
    }
  },

  "mockFetch responds with the examples of the spec, fails as a network does, and rejects what breaks the contract":
    async (suite) => {
      const { mockFetch } = suite.client;
      const fetch = mockFetch("tooManyRequests", { networkFailure: "ECONNRESET" }, "messagesRead");
      const { data, attempts } = await mark(suite, { fetch }, {}, "a/ü");
      same(
        [data, attempts.map(({ status, error }) => status ?? error), fetch.requests.map(({ orderId }) => orderId)],
        [DATA, [429, "NetworkError", 200], ["a/ü", "a/ü", "a/ü"]],
      );
      const { error } = await outcomeOf(() => mockFetch()("https://a.test/other", {}));
      same(error instanceof TypeError && error.message.startsWith("mockFetch rejected the request: GET /other"), true);
    },
  "isChatClientError and instanceof tell the package's errors from others": async (suite) => {
    const { ApiError, ChatClientError, isChatClientError } = suite.client;
    const error = await failureOf(suite, mark(suite, at(suite, "quotes")), "ApiError");
    same([error instanceof ApiError, error instanceof ChatClientError, error instanceof Error], [true, true, true]);
    same(
      [new Error("no"), new TypeError("no"), {}, null, undefined, "ApiError"].map(isChatClientError),
      Array(6).fill(false),
    );
  },
};

/**
 * The same case for several things.
 *
 * @param {string[]} things
 * @param {(thing: string) => [name: string, run: Case]} caseOf
 */
function forEach(things, caseOf) {
  return Object.fromEntries(things.map(caseOf));
}

/**
 * Asserts that an abort ends the call with its reason, and the request too.
 *
 * @param {Suite} suite
 * @param {string} behaviour
 * @param {(controller: AbortController, server: ReturnType<typeof at>) => Partial<ClientOptions> | void} prepare
 */
async function aborts(suite, behaviour, prepare) {
  const server = at(suite, behaviour);
  const controller = new AbortController();
  const options = prepare(controller, server) ?? {};
  // The case ends sooner than the call's own time limit could end the request. A shorter bound would fail in Chromium: if
  // the abort comes between the head of a response and its body, Chromium reads on for up to 5 s.
  const call = () =>
    mark(suite, { ...server, timeoutMs: 2 * CASE_LIMIT_MS, ...options }, { signal: controller.signal });
  const { value, error } = await outcomeOf(call);
  if (error !== REASON) throw unexpected(value, error);
  await hear(server, "gone");
}

/**
 * Options for a server that behaves so, for one call or for several that belong together.
 *
 * @param {Suite} suite @param {string} behaviour
 */
function at({ serverUrl }, behaviour) {
  return { baseUrl: `${serverUrl}/${behaviour}/${crypto.randomUUID()}` };
}

/**
 * Resolves when a request has arrived there, or when it has ended: responded to, or aborted.
 *
 * @param {{ baseUrl: string }} options of {@link at}
 * @param {"arrival" | "gone"} event
 */
async function hear({ baseUrl }, event) {
  await fetch(baseUrl.replace(/[\w-]+(?=\/[\w-]+$)/, event));
}

/**
 * Options that make the mock send one response, and the exchanges that Prism reports or that are not as documented.
 *
 * @param {Suite} suite @param {DocumentedResponse} response
 */
function asking({ mockUrl }, { status, example, contentType }) {
  /** @type {unknown[]} */
  const violations = [];
  /** @type {Fetch} */
  const fetch = async (url, init) => {
    const headers = new Headers(init.headers);
    // The separator is a comma: after a semicolon Prism would ignore the example.
    headers.set("Prefer", example === undefined ? `code=${status}` : `code=${status}, example=${example}`);
    const response = await globalThis.fetch(url, { ...init, headers });
    const found = [response.status, response.headers.get("content-type"), response.headers.get("sl-violations")];
    if (show(found) !== show([status, contentType, null])) violations.push(found);
    return response;
  };
  return { options: { baseUrl: mockUrl, fetch }, violations };
}

/** Options that keep what the client sends. @param {string} baseUrl */
function watching(baseUrl) {
  /** @type {string[]} */
  const urls = [];
  /** @type {Record<string, string>[]} */
  const sent = [];
  /** @type {Fetch} */
  const fetch = (url, init) => {
    urls.push(url);
    sent.push(Object.fromEntries([...new Headers(init.headers)]));
    return globalThis.fetch(url, init);
  };
  return { options: { baseUrl, fetch }, urls, sent };
}

/** @param {Suite} suite @param {Partial<ClientOptions>} options */
function chatOf({ client }, options) {
  return client.createChatClient({ accessToken: TOKEN, ...options });
}

/** @param {Suite} suite @param {Partial<ClientOptions>} options @param {CallOptions} call */
async function mark(suite, options, call = {}, orderId = "order-123") {
  return chatOf(suite, options).markMessagesAsRead(orderId, call);
}

/**
 * The requests that had arrived at the server when it responded.
 *
 * @param {ReturnType<typeof mark>} call
 * @returns {Promise<import("./server.js").Arrived[]>}
 */
async function requestsOf(call) {
  const { data } = await call;
  return /** @type {{ requests?: import("./server.js").Arrived[] }} */ (data).requests ?? [];
}

/**
 * The error that a call must reject with.
 *
 * @template {import("../../src/index.js").AnyChatClientError["name"]} Name
 * @param {Suite} suite
 * @param {Promise<unknown>} call
 * @param {Name} name
 * @returns {Promise<Extract<import("../../src/index.js").AnyChatClientError, { name: Name }>>}
 */
async function failureOf({ client }, call, name) {
  const { value, error } = await outcomeOf(() => call);
  if (client.isChatClientError(error) && error.name === name)
    return /** @type {Extract<typeof error, { name: Name }>} */ (error);
  throw unexpected(value, error);
}

/**
 * @template T
 * @param {() => Promise<T>} call
 * @returns {Promise<{ value?: T, error?: unknown }>}
 */
async function outcomeOf(call) {
  try {
    return { value: await call() };
  } catch (error) {
    return { error };
  }
}

/** @param {readonly { status?: number }[] | undefined} attempts */
function statuses(attempts) {
  return attempts?.map(({ status }) => status);
}

/** @param {unknown} error */
function nameOf(error) {
  return error instanceof Error || error instanceof DOMException ? error.name : typeof error;
}

/** @param {unknown} value @param {unknown} error */
function unexpected(value, error) {
  if (value !== undefined) return new Error(`It resolved to ${show(value)}`);
  return new Error(`It threw ${error instanceof Error ? error : show(error)}`);
}

/** Compares as JSON, whatever the order of the properties. @param {unknown} actual @param {unknown} expected */
function same(actual, expected) {
  if (show(actual) !== show(expected)) throw new Error(`expected ${show(expected)}, got ${show(actual)}`);
}

/** @param {unknown} value */
function show(value) {
  const sorted = (/** @type {string} */ _, /** @type {unknown} */ part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part;
  return String(JSON.stringify(value, sorted));
}
