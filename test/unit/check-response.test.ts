import { describe, expect, test } from "vitest";
import { createChatClient, isChatClientError, type ApiError } from "../../src/index.js";
import { errorOf } from "../support/error-of.js";
import { stubFetch } from "../support/stub-fetch.js";

const MIB = 1024 * 1024;
const KIB_64 = 64 * 1024;
const JSON_TYPE = { "Content-Type": "application/json" };
const SUCCESS = '{"messages_read_count":15}';
const IN_COUNT = "/messages_read_count";

/** The error of a call that gets this response, with what is wrong with it, if it is one thing. */
async function failure(response: Response | (() => Response), options: { maxRetries?: number } = {}) {
  const { fetch, requests } = stubFetch(response);
  const error = (await errorOf({ fetch, ...options })) as Error & { problems?: { path: string; message: string }[] };
  expect(isChatClientError(error)).toBe(true);
  return { error, problem: error.problems?.length === 1 ? error.problems[0] : undefined, requests };
}

async function dataOf(response: Response) {
  const { data } = await createChatClient({ accessToken: "t", fetch: async () => response }).markMessagesAsRead("a");
  return data;
}

describe("a 200 that breaks the contract is an InvalidResponseError that says where and how", () => {
  test.each<[string, string | null, string, string]>([
    ["a count as a string", '{"messages_read_count":"15"}', IN_COUNT, "must be integer"],
    ["a negative count", '{"messages_read_count":-1}', IN_COUNT, "must be >= 0"],
    ["a fraction as count", '{"messages_read_count":1.5}', IN_COUNT, "must be integer"],
    ["a count beyond all numbers", '{"messages_read_count":1e999}', IN_COUNT, "must be integer"],
    ["an inexact count", '{"messages_read_count":9007199254740993}', IN_COUNT, "must be <= 9007199254740991"],
    ["null as count", '{"messages_read_count":null}', IN_COUNT, "must be integer"],
    ["no count", "{}", "", "must have required property 'messages_read_count'"],
    ["null", "null", "", "must be object"],
    ["an array", "[]", "", "must be object"],
    ["a number", "15", "", "must be object"],
    ["cut-off JSON", '{"messages_read_cou', "", "is not JSON, or is cut off"],
    ["no JSON", "<html></html>", "", "is not JSON, or is cut off"],
    ["an empty body", "", "", "is empty"],
    ["no body", null, "", "is empty"],
    ["white space", " \n", "", "is empty"],
    ["more than 1 MiB", `{"messages_read_count":15,"padding":"${"x".repeat(MIB)}"}`, "", "is larger than 1 MiB"],
  ])("%s", async (_, body, path, message) => {
    const { error, problem, requests } = await failure(new Response(body, { headers: JSON_TYPE }), { maxRetries: 2 });
    const excerpt = (body ?? "").replace(/\s+/g, " ").slice(0, 200);
    expect(error).toMatchObject({ name: "InvalidResponseError", httpStatus: 200, excerpt, retryable: false });
    expect([problem, requests.length]).toEqual([{ path, message }, 1]);
  });

  test.each(["text/html", "text/plain", "application/jsonp", "application/problem+json", "x-application/json", ""])(
    "the content type %j",
    async (type) => {
      const { error, problem } = await failure(new Response(SUCCESS, { headers: { "Content-Type": type } }));
      expect(error).toMatchObject({ name: "InvalidResponseError", httpStatus: 200 });
      expect(problem).toEqual({
        path: "",
        message: `has the content type ${type || "(none)"}, not application/json`,
      });
    },
  );

  test("no content type", async () => {
    const { problem } = await failure(new Response(new TextEncoder().encode(SUCCESS)));
    expect(problem).toEqual({ path: "", message: "has the content type (none), not application/json" });
  });

  test("in its message, too", async () => {
    const { error } = await failure(Response.json([]));
    expect(error.message).toBe("The response with status 200 breaks the contract: it must be object");
  });
});

// Proxies send the type twice, and `fetch` takes the last valid one.
test.each([
  "Application/JSON; charset=utf-8",
  "application/json, application/json",
  "text/plain, application/json; charset=utf-8",
  "application/json, */*",
  "application/json, nonsense",
  "application/json, a b/c, a/b/c, */*",
  'application/json; profile="a, b/c; \\", d/e"',
])("a 200 with the content type %j is accepted", async (type) => {
  expect(await dataOf(new Response(SUCCESS, { headers: { "Content-Type": type } }))).toEqual(JSON.parse(SUCCESS));
});

test.each([
  ["unknown fields", '{"messages_read_count":15,"new":{"field":1}}'],
  ["a byte order mark", `\ufeff${SUCCESS}`],
])("a 200 with %s is accepted", async (_, body) => {
  expect(await dataOf(new Response(body, { headers: JSON_TYPE }))).toEqual(JSON.parse(body.replace("\ufeff", "")));
});

test("a character that is split between two chunks of the body stays whole", async () => {
  const bytes = new TextEncoder().encode('{"messages_read_count":15,"text":"ä🛒"}');
  const body = new ReadableStream({
    start: (controller) => {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  expect(await dataOf(new Response(body, { headers: JSON_TYPE }))).toEqual({ messages_read_count: 15, text: "ä🛒" });
});

test("chunks of a body are decoded as they arrive and not kept, because many small ones would take a lot of memory", async () => {
  const pieces = [...SUCCESS].map((character) => new TextEncoder().encode(character));
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      pieces[sent - 3]?.fill(0); // What was sent some time ago is of no use any more.
      const piece = pieces[sent++];
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
  expect(await dataOf(new Response(body, { headers: JSON_TYPE }))).toEqual({ messages_read_count: 15 });
});

test.each([201, 202, 204, 205, 206, 299])(
  "status %i, a success that is not in the spec, is an InvalidResponseError",
  async (status) => {
    const body = status === 204 || status === 205 ? null : SUCCESS;
    const { error, problem } = await failure(new Response(body, { status, headers: JSON_TYPE }));
    expect(error).toMatchObject({ name: "InvalidResponseError", httpStatus: status });
    expect(problem).toEqual({ path: "", message: "is a success that the spec does not have" });
  },
);

describe("a redirect is an InvalidResponseError and is not followed", () => {
  const as = (property: string, value: unknown, response: Response) =>
    Object.defineProperty(response, property, { value });

  test.each([300, 301, 302, 303, 304, 307, 308, 399])("status %i", async (status) => {
    const headers = { Location: "https://elsewhere.example/" };
    const { error, problem, requests } = await failure(new Response(null, { status, headers }), { maxRetries: 2 });
    expect(error).toMatchObject({ name: "InvalidResponseError", httpStatus: status });
    expect([problem?.message, requests.length]).toEqual(["is a redirect to https://elsewhere.example/", 1]);
  });

  test.each([
    ["one that a browser hides, with status 0", as("type", "opaqueredirect", Response.error()), 0],
    ["one that a custom fetch has followed", as("redirected", true, Response.json({ messages_read_count: 15 })), 200],
  ])("%s", async (_, response, httpStatus) => {
    const { error, problem } = await failure(() => response);
    expect(error).toMatchObject({ name: "InvalidResponseError", httpStatus });
    expect(problem).toEqual({ path: "", message: "is a redirect" });
  });

  test("but an opaque response from a custom fetch is none", async () => {
    const { error } = await failure(() => as("type", "opaque", Response.error()));
    expect(error).toMatchObject({ name: "ApiError", httpStatus: 0, errors: [] });
  });
});

describe("any other status is an ApiError with the details from its body", () => {
  const NOT_FOUND = { message: "Resource not found", code: 4000 };
  const USER = { message: "User not found", code: 1001 };
  const [A, B] = [
    { message: "a", code: 1 },
    { message: "b", code: 2 },
  ];
  const SEVERAL = [{ error: A }, { error: B, meta: { key: "k" } }];

  test.each<[string, number, unknown, message: string | undefined, errors: object[], code?: number]>([
    ["a single error", 404, { error: NOT_FOUND }, ": Resource not found (code 4000)", [NOT_FOUND], 4000],
    [
      "a single error about a field",
      400,
      { error: USER, meta: { key: "user_id" } },
      ": user_id User not found (code 1001)",
      [{ ...USER, key: "user_id" }],
      1001,
    ],
    [
      "several errors",
      400,
      { error: { message: "There were issues with your request", code: 9999, errors: SEVERAL } },
      ": a (code 1); k b (code 2)",
      [A, { ...B, key: "k" }],
      9999,
    ],
    ["an unknown code and unknown fields", 409, { error: { ...A, new: 1 }, new: 2 }, undefined, [A], 1],
    ["an error without code", 400, { error: { message: "m" } }, ": m", [{ message: "m" }]],
    ["values of invalid types", 400, { error: { message: 5, code: "x" }, meta: { key: 5 } }, undefined, []],
    ["an error as a plain string", 401, { error: "invalid_token" }, ": invalid_token", [{ message: "invalid_token" }]],
    [
      "an error of OAuth",
      400,
      { error: "invalid_scope", error_description: "unknown scope" },
      ": invalid_scope: unknown scope",
      [{ message: "invalid_scope: unknown scope" }],
    ],
    ["a code that is not a finite number", 400, '{"error":{"message":"m","code":1e999}}', ": m", [{ message: "m" }]],
    ["a message for terminals", 400, { error: { message: "a\n\u001b[31mb" } }, ": a [31mb", [{ message: "a [31mb" }]],
    ["no body", 500, null, " with an empty body", []],
    ["an HTML page", 502, "<html>Bad</html>", ", the body is application/json: <html>Bad</html>", []],
    ["JSON null", 503, "null", ", the body is application/json: null", []],
    ["JSON false", 500, "false", undefined, []],
    ["an undocumented status", 418, "{}", undefined, []],
  ])("%s", async (_, status, content, message, errors, code) => {
    const body = typeof content === "object" && content !== null ? JSON.stringify(content) : (content as string | null);
    const { error } = await failure(new Response(body, { status, headers: JSON_TYPE }));
    expect(error).toMatchObject({ name: "ApiError", httpStatus: status, errors, excerpt: body ?? "" });
    if (message !== undefined) expect(error.message).toBe(`The API returned status ${status}${message}`);
    expect("code" in error ? error.code : undefined).toBe(code);
  });
});

test.each<[string, ResponseInit, string | null, string]>([
  ["its reason phrase", { statusText: "I'm a teapot" }, null, "status 418 (I'm a teapot) with an empty body"],
  ["a body that is white space", {}, " \n", "status 418 with an empty body"],
  ["a body without a type", {}, "tea", "status 418, the body is of an unknown type: tea"],
])("the message of an undocumented error says %s", async (_, init, body, message) => {
  const response = new Response(body, { ...init, status: 418 });
  response.headers.delete("Content-Type");
  expect((await failure(response)).error.message).toBe(`The API returned ${message}`);
});

test("a message has at most 500 characters", async () => {
  const { error } = await failure(Response.json({ error: { message: "x".repeat(1000), code: 1 } }, { status: 400 }));
  expect(error.message).toHaveLength(500);
});

describe("a body is read up to a limit", () => {
  test("a success of 1 MiB, but not of one byte more", async () => {
    expect(await dataOf(new Response(SUCCESS.padEnd(MIB), { headers: JSON_TYPE }))).toEqual(JSON.parse(SUCCESS));
    const { problem } = await failure(new Response(SUCCESS.padEnd(MIB + 1), { headers: JSON_TYPE }));
    expect(problem).toEqual({ path: "", message: "is larger than 1 MiB" });
  });

  test.each([
    [KIB_64, [{ message: "m", code: 1 }]],
    [KIB_64 + 1, []],
  ])("an error of %i bytes: %j", async (bytes, errors) => {
    const body = `${'{"error":{"message":"m","code":1}'.padEnd(bytes - 1)}}`;
    const { error } = await failure(new Response(body, { status: 400 }));
    expect(error).toMatchObject({ name: "ApiError", httpStatus: 400, errors });
  });

  test("an endless body of empty chunks", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array()) });
    const { error } = await failure(() => new Response(body, { status: 404 }));
    expect(error).toMatchObject({ name: "ApiError", httpStatus: 404 });
  });
});

describe("a response that cannot be read is a permanent NetworkError, which is not retried", () => {
  test.each<[string, () => unknown]>([
    ["nothing", () => undefined],
    ["an object that is not a Response", () => ({ ok: false, status: 503 })],
    ["a Response that was read already", alreadyRead],
  ])("%s", async (_, make) => {
    const { error, requests } = await failure(make as () => Response, { maxRetries: 2 });
    expect(error).toMatchObject({
      name: "NetworkError",
      message: expect.stringMatching(/^The fetch function failed: fetch returned /),
      retryable: false,
    });
    expect(requests).toHaveLength(1);
  });

  test("a body that does not consist of bytes, which is cancelled", async () => {
    let isCancelled = false;
    const body = new ReadableStream({
      start: (controller) => controller.enqueue("text"),
      cancel: () => void (isCancelled = true),
    });
    expect((await failure(() => new Response(body))).error).toMatchObject({ name: "NetworkError" });
    expect(isCancelled).toBe(true);
  });
});

test("Response.error() is a NetworkError", async () => {
  const message = "The network failed: fetch failed: it returned Response.error()";
  const { error } = await failure(() => Response.error());
  expect(error).toMatchObject({ name: "NetworkError", message, retryable: true });
});

async function alreadyRead(): Promise<Response> {
  const response = Response.json({ messages_read_count: 15 });
  await response.text();
  return response;
}

test("of a list of errors, the first hundred are read", async () => {
  const several = Array.from({ length: 101 }, (_, code) => ({ error: { message: "m", code } }));
  const { error } = await failure(Response.json({ error: { errors: several } }, { status: 400 }));
  expect((error as ApiError).errors.map(({ code }) => code)).toEqual(Array.from({ length: 100 }, (_, code) => code));
});

test("a code that is a secret is left out", async () => {
  const fetch = async () => Response.json({ error: { message: "m", code: 12345678 } }, { status: 400 });
  expect(await errorOf({ accessToken: "12345678", fetch })).not.toHaveProperty("code");
});
