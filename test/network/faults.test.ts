import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  createChatClient,
  isChatClientError,
  type AccessTokenFunction,
  type Attempt,
  type Fetch,
  type MarkMessagesAsReadResult,
} from "../../src/index.js";
import {
  respond,
  close,
  head,
  part,
  REFUSING_URL,
  reset,
  resettingUrl,
  stall,
  startFaultServer,
  succeed,
  SUCCESS,
  trickle,
  type Behaviour,
} from "../support/fault-server.js";

type Cell = Behaviour | { readonly url: () => Promise<string> };

// How a call ends if a fault lasts, and if only the first attempt meets it.
interface Row {
  readonly fault: string;
  readonly lasts: string;
  readonly passes: string;
  /** The faults of the row, by name: what the server does, or the URL of a server that cannot be reached. */
  readonly cells: Record<string, Cell>;
  /** Set if the response never ends, so that the call ends by its time limit. */
  readonly hangs?: "before the head" | "after the head";
  readonly accessToken?: AccessTokenFunction;
}

const JSON_ERROR = '{"error":{"message":"m","code":1}}';
const HALF = SUCCESS.length / 2;
const LENGTH = { "Content-Length": String(SUCCESS.length) };
const CHUNKED = { "Transfer-Encoding": "chunked" };
const lost = { lasts: "`NetworkError`, 3 attempts", passes: "success, 2 attempts" };
const late = { lasts: "`TimeoutError`, 3 attempts", passes: "success, 2 attempts" };
const invalid = { lasts: "`InvalidResponseError`, 1 attempt", passes: "the same" };

const ROWS: Row[] = [
  {
    fault: "The connection is refused, or reset at once",
    ...lost,
    cells: { refused: { url: async () => REFUSING_URL }, "reset at once": { url: resettingUrl } },
  },
  {
    fault: "The connection is lost before the response",
    ...lost,
    cells: { reset, closed: close },
  },
  {
    fault: "The connection is lost in the headers, or before the body",
    ...lost,
    cells: {
      "reset in the headers": part("HTTP/1.1 200 OK\r\nContent-", reset),
      "closed in the headers": part("HTTP/1.1 200 OK\r\nContent-", close),
      "reset before the body": part(head(200, LENGTH), reset),
      "closed before the body": part(head(200, LENGTH), close),
    },
  },
  {
    fault: "The connection is lost in the body of a 200, or of an error status that is retried",
    ...lost,
    cells: {
      reset: part(head(200, LENGTH) + SUCCESS.slice(0, HALF), reset),
      closed: part(head(200, LENGTH) + SUCCESS.slice(0, HALF), close),
      "closed before the last chunk": part(`${head(200, CHUNKED)}1a\r\n${SUCCESS}\r\n`, close),
      "reset in the body of a 500": part(head(500, { "Content-Length": "100" }) + JSON_ERROR, reset),
      "closed in the body of a 503": part(head(503, { "Content-Length": "100" }) + JSON_ERROR, close),
    },
  },
  {
    fault: "The connection is lost in the body of another error status",
    lasts: "`NetworkError`, 1 attempt",
    passes: "the same",
    cells: {
      reset: part(head(404, { "Content-Length": "100" }) + JSON_ERROR, reset),
      closed: part(head(404, { "Content-Length": "100" }) + JSON_ERROR, close),
      "in a redirect": part(head(302, { "Content-Length": "100", Location: "/" }), close),
    },
  },
  {
    fault: "The response is not HTTP, or its body cannot be decoded",
    ...lost,
    cells: {
      "not HTTP": part("Hello!\r\n\r\n", close),
      "no gzip": respond(200, SUCCESS, { "Content-Encoding": "gzip" }),
    },
  },
  {
    fault: "The server hangs before the response, or in its headers",
    ...late,
    hangs: "before the head",
    cells: {
      "before the response": stall,
      "in the status line": part("HTTP/1.1 20", stall),
      "in the headers": part("HTTP/1.1 200 OK\r\nContent-", stall),
      "after 103 Early Hints": part("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", stall),
    },
  },
  {
    fault: "The server hangs before or in the body of a 200, or of an error status that is retried",
    ...late,
    hangs: "after the head",
    cells: {
      "before the body": part(head(200, LENGTH), stall),
      "in the body": part(head(200, LENGTH) + SUCCESS.slice(0, HALF), stall),
      "before the last chunk": part(`${head(200, CHUNKED)}1a\r\n${SUCCESS}\r\n`, stall),
      "before the body of a 500": part(head(500, { "Content-Length": "100" }), stall),
      "in the body of a 503": part(head(503, { "Content-Length": "100" }) + JSON_ERROR, stall),
    },
  },
  {
    fault: "The server hangs in the body of another error status",
    lasts: "`TimeoutError`, 1 attempt",
    passes: "the same",
    hangs: "after the head",
    cells: {
      "before the body": part(head(404, { "Content-Length": "100" }), stall),
      "in the body": part(head(404, { "Content-Length": "100" }) + JSON_ERROR, stall),
    },
  },
  {
    fault: "The response comes slowly, in pieces, after interim responses, or compressed",
    lasts: "success, 1 attempt",
    passes: "the same",
    cells: {
      "one byte at a time": trickle(200, SUCCESS),
      "in chunks": part(
        `${head(200, CHUNKED)}a\r\n${SUCCESS.slice(0, 10)}\r\n10\r\n${SUCCESS.slice(10)}\r\n0\r\n\r\n`,
        stall,
      ),
      "after 103 Early Hints": part(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n`, succeed),
      compressed: (socket) => {
        const body = gzipSync(SUCCESS);
        socket.write(head(200, { "Content-Encoding": "gzip", "Content-Length": String(body.length) }));
        socket.write(body);
      },
    },
  },
  {
    fault: "A 200 breaks the contract: its body, type or length is invalid",
    ...invalid,
    cells: {
      "count as a string": respond(200, '{"messages_read_count":"15"}'),
      "negative count": respond(200, '{"messages_read_count":-1}'),
      "fraction as count": respond(200, '{"messages_read_count":1.5}'),
      "no count": respond(200, "{}"),
      null: respond(200, "null"),
      "an array": respond(200, "[15]"),
      HTML: respond(200, "<html></html>", { "Content-Type": "text/html" }),
      "HTML that says it is JSON": respond(200, "<html></html>"),
      empty: respond(200),
      "empty, without length": part(`${head(200, CHUNKED)}0\r\n\r\n`, stall),
      "cut-off JSON": respond(200, SUCCESS.slice(0, HALF)),
      "longer than its declared length": respond(200, SUCCESS, { "Content-Length": "10" }),
      "2 MiB": respond(200, `${SUCCESS}${" ".repeat(2 * 1024 * 1024)}`),
      "endless chunks": endless(200),
      "another content type": respond(200, SUCCESS, { "Content-Type": "text/plain" }),
    },
  },
  {
    fault: "A 2xx other than 200",
    ...invalid,
    cells: {
      201: respond(201, SUCCESS),
      202: respond(202, SUCCESS),
      204: part(`${head(204)}`, stall),
      206: respond(206, SUCCESS),
    },
  },
  {
    fault: "A redirect, also to another host",
    ...invalid,
    cells: Object.fromEntries(
      [301, 302, 303, 307, 308].flatMap((status) => [
        [`${status} to the same host`, respond(status, "", { Location: "/elsewhere" })],
        [`${status} to another host`, respond(status, "", { Location: "http://127.0.0.2:9/" })],
      ]),
    ),
  },
  {
    fault: "Status 408, 429, 500, 502, 503 or 504, with any body",
    lasts: "`ApiError`, 3 attempts",
    passes: "success, 2 attempts",
    cells: {
      ...Object.fromEntries([408, 429, 500, 502, 503, 504].map((status) => [status, respond(status, JSON_ERROR)])),
      "an empty 500": respond(500),
      "a 502 HTML page": respond(502, "<html></html>", { "Content-Type": "text/html" }),
      "a 503 that is null": respond(503, "null"),
      "a 500 of 2 MiB": respond(500, " ".repeat(2 * 1024 * 1024)),
      "an endless 500": endless(500),
    },
  },
  {
    fault: "Any other error status, with any body",
    lasts: "`ApiError`, 1 attempt",
    passes: "the same",
    cells: {
      ...Object.fromEntries(
        [400, 401, 403, 404, 405, 409, 410, 418, 422, 451, 501, 505, 511].map((status) => [
          status,
          respond(status, JSON_ERROR),
        ]),
      ),
      "several errors": respond(400, `{"error":{"message":"m","code":9999,"errors":[${JSON_ERROR}]}}`),
      "an empty 404": respond(404),
      "a 404 HTML page": respond(404, "<html></html>", { "Content-Type": "text/html" }),
    },
  },
  {
    fault: "A 401, and the `accessToken` function returns another token",
    lasts: "`ApiError`, 2 attempts",
    passes: "success, 2 attempts",
    accessToken: ({ rejected }) => (rejected ? "another" : "t"),
    cells: { "an error of the API": respond(401, JSON_ERROR), "an empty body": respond(401) },
  },
  {
    fault: "`Retry-After` beyond `maxRetryDelayMs`",
    lasts: "`ApiError` with `retryAfterMs`, 1 attempt",
    passes: "the same",
    cells: Object.fromEntries(
      [429, 503].map((status) => [status, respond(status, JSON_ERROR, { "Retry-After": "21" })]),
    ),
  },
];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.spyOn(Math, "random").mockReturnValue(0); // No wait before a retry.
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe.each(ROWS)("$fault", ({ cells, lasts, passes, ...row }) => {
  describe.each(Object.entries(cells))("%s", (_, cell) => {
    test(`lasting: ${lasts}`, async () => {
      expect(await outcome(cell, [cell], row)).toBe(lasts);
    });

    test(`once: ${passes === "the same" ? lasts : passes}`, async () => {
      expect(await outcome(cell, [cell, succeed], row)).toBe(passes === "the same" ? lasts : passes);
    });
  });
});

/** Makes a call to a server with these behaviours, one for each request, and returns in words how it ends. */
async function outcome(cell: Cell, cells: Cell[], { hangs, accessToken = () => "t" }: Partial<Row>) {
  const [first = succeed, ...rest] = cells.filter((candidate) => typeof candidate === "function");
  const server = await startFaultServer(first, ...rest);
  const brokenUrl = typeof cell === "function" ? undefined : await cell.url();
  const isLasting = cells.length === 1;

  let attempts = 0;
  let heads = 0;
  let waits = 0;
  const fetch: Fetch = async (url, init) => {
    const isBroken = brokenUrl !== undefined && (attempts === 0 || isLasting);
    attempts += 1;
    const response = await globalThis.fetch(isBroken ? url.replace(server.url, brokenUrl) : url, init);
    heads += 1;
    return response;
  };
  const onAttempt = ({ retryDelayMs }: Attempt) => {
    if (retryDelayMs !== undefined) waits += 1;
  };

  let isSettled = false;
  const call = createChatClient({ accessToken, baseUrl: server.url, fetch, onAttempt })
    .markMessagesAsRead("order-123")
    .then(inWords, inWords)
    .finally(() => (isSettled = true));
  try {
    // The clock moves for two things only: the time limit of a hanging response, and the wait before a retry.
    for (let passed = 0, waited = 0, hanging = isLasting ? Infinity : 1; !isSettled;) {
      await new Promise(setImmediate);
      const hasHung = (hangs === "before the head" ? server.requests.length : heads) > passed;
      if (hangs && hasHung && passed < hanging) {
        passed += 1;
        await vi.advanceTimersByTimeAsync(10_000);
      }
      if (waits > waited) {
        waited += 1;
        await vi.advanceTimersByTimeAsync(1);
      }
    }
    expect(server.requests).toHaveLength(brokenUrl === undefined ? attempts : isLasting ? 0 : 1);
    return await call;
  } finally {
    await server.close();
  }
}

function inWords(outcome: unknown): string {
  if (!isChatClientError(outcome)) {
    const { data, attempts } = outcome as MarkMessagesAsReadResult;
    expect(data).toEqual({ messages_read_count: 15 });
    return `success, ${count(attempts.length)}`;
  }
  expect(outcome.attempts.map(({ number }) => number)).toEqual(outcome.attempts.map((_, index) => index + 1));
  // Later versions of Node have no code for what is not HTTP.
  if (outcome.name === "NetworkError" && outcome.code !== undefined)
    expect(outcome.code).toMatch(/^(ECONN(REFUSED|RESET)|UND_ERR_SOCKET|HPE_\w+|Z_DATA_ERROR|EPIPE)$/);
  if (outcome.name === "TimeoutError") expect(outcome.timeoutMs).toBe(10_000);
  const more = outcome.name === "ApiError" && outcome.retryAfterMs !== undefined ? " with `retryAfterMs`" : "";
  return `\`${outcome.name}\`${more}, ${count(outcome.attempts.length)}`;
}

function count(attempts: number): string {
  return `${attempts} attempt${attempts === 1 ? "" : "s"}`;
}

/** A body that ends only when the client has enough of it. */
function endless(status: number): Behaviour {
  return (socket) => {
    socket.write(head(status, CHUNKED));
    const chunk = `4000\r\n${" ".repeat(0x4000)}\r\n`;
    const more = () => {
      if (!socket.destroyed) socket.write(chunk, () => setImmediate(more));
    };
    more();
  };
}
