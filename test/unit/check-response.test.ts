import { describe, expect, test } from "vitest";
import { createChatClient, isChatClientError } from "../../src/index.js";
import { stubFetch } from "../support/stub-fetch.js";

const JSON_TYPE = { "Content-Type": "application/json" };

describe("a 200 that breaks the contract is an InvalidResponseError that says where and how", () => {
  test.each<[string, string | null, { path: string; message: string }[]]>([
    [
      "a count as a string",
      '{"messages_read_count":"15"}',
      [{ path: "/messages_read_count", message: "must be integer" }],
    ],
    ["a negative count", '{"messages_read_count":-1}', [{ path: "/messages_read_count", message: "must be >= 0" }]],
    [
      "a fraction as count",
      '{"messages_read_count":1.5}',
      [{ path: "/messages_read_count", message: "must be integer" }],
    ],
    [
      "a count beyond all numbers",
      '{"messages_read_count":1e999}',
      [{ path: "/messages_read_count", message: "must be integer" }],
    ],
    [
      "a count beyond what numbers carry exactly",
      '{"messages_read_count":9007199254740993}',
      [{ path: "/messages_read_count", message: "must be <= 9007199254740991" }],
    ],
    ["null as count", '{"messages_read_count":null}', [{ path: "/messages_read_count", message: "must be integer" }]],
    ["no count", "{}", [{ path: "", message: "must have required property 'messages_read_count'" }]],
    ["null", "null", [{ path: "", message: "must be object" }]],
    ["an array", "[]", [{ path: "", message: "must be object" }]],
    ["a number", "15", [{ path: "", message: "must be object" }]],
    ["cut-off JSON", '{"messages_read_cou', [{ path: "", message: "is not JSON, or is cut off" }]],
    ["no JSON", "<html></html>", [{ path: "", message: "is not JSON, or is cut off" }]],
    ["an empty body", "", [{ path: "", message: "is empty" }]],
    ["no body", null, [{ path: "", message: "is empty" }]],
    ["white space", " \n", [{ path: "", message: "is empty" }]],
    [
      "more than 1 MiB",
      `{"messages_read_count":15,"padding":"${"x".repeat(1024 * 1024)}"}`,
      [{ path: "", message: "is larger than 1 MiB" }],
    ],
  ])("%s", async (_, body, problems) => {
    const { error, requests } = await fail(new Response(body, { headers: JSON_TYPE }));
    expect(error).toMatchObject({
      name: "InvalidResponseError",
      httpStatus: 200,
      problems,
      excerpt: (body ?? "").replace(/\s+/g, " ").slice(0, 200),
      retryable: false,
    });
    expect(requests).toHaveLength(1);
  });

  test.each(["text/html", "text/plain", "application/jsonp", "application/problem+json", "x-application/json", ""])(
    "the content type %j",
    async (type) => {
      const { error } = await fail(new Response('{"messages_read_count":15}', { headers: { "Content-Type": type } }));
      expect(error).toMatchObject({
        name: "InvalidResponseError",
        httpStatus: 200,
        problems: [{ path: "", message: `has the content type ${type || "(none)"}, not application/json` }],
      });
    },
  );

  // Proxies send it twice, and `fetch` takes the last valid one.
  test.each([
    "application/json, application/json",
    "text/plain, application/json; charset=utf-8",
    "application/json, */*",
    "application/json, nonsense",
    'application/json; profile="a, b/c; \\", d/e"',
  ])("but not the content type %j", async (type) => {
    const { fetch } = stubFetch(new Response('{"messages_read_count":15}', { headers: { "Content-Type": type } }));
    const { data } = await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("order-123");
    expect(data).toEqual({ messages_read_count: 15 });
  });
});

test("a 200 without a content type is an InvalidResponseError", async () => {
  const { error } = await fail(new Response(new TextEncoder().encode('{"messages_read_count":15}')));
  expect(error).toMatchObject({
    name: "InvalidResponseError",
    problems: [{ path: "", message: "has the content type (none), not application/json" }],
  });
});

test("the message names everything that breaks the contract, and where", async () => {
  const { error } = await fail(Response.json([]));
  expect(error).toMatchObject({ message: "The response with status 200 breaks the contract: it must be object" });
});

test("a character that is split between two chunks of the body stays whole", async () => {
  const bytes = new TextEncoder().encode('{"messages_read_count":15,"text":"ä🛒"}');
  const body = new ReadableStream({
    start: (controller) => {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const { fetch } = stubFetch(() => new Response(body, { headers: JSON_TYPE }));
  const { data } = await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("order-123");
  expect(data).toEqual({ messages_read_count: 15, text: "ä🛒" });
});

test.each([201, 202, 204, 205, 206, 299])(
  "status %i, a success that is not in the spec, is an InvalidResponseError",
  async (status) => {
    const body = status === 204 || status === 205 ? null : '{"messages_read_count":15}';
    const { error } = await fail(new Response(body, { status, headers: JSON_TYPE }));
    expect(error).toMatchObject({
      name: "InvalidResponseError",
      httpStatus: status,
      problems: [{ path: "", message: "is a success that the spec does not have" }],
    });
  },
);

test.each([300, 301, 302, 303, 304, 307, 308, 399])(
  "status %i, a redirect, is an InvalidResponseError and is not followed",
  async (status) => {
    const { error, requests } = await fail(
      new Response(null, { status, headers: { Location: "https://elsewhere.example/" } }),
    );
    expect(error).toMatchObject({
      name: "InvalidResponseError",
      httpStatus: status,
      problems: [{ path: "", message: "is a redirect to https://elsewhere.example/" }],
    });
    expect(requests).toHaveLength(1);
  },
);

test("a redirect that a browser hides is an InvalidResponseError with status 0", async () => {
  const hidden = Object.defineProperty(Response.error(), "type", { value: "opaqueredirect" });
  const { error } = await fail(() => hidden);
  expect(error).toMatchObject({
    name: "InvalidResponseError",
    httpStatus: 0,
    problems: [{ path: "", message: "is a redirect" }],
  });
});

test("an opaque response from a custom fetch is not mistaken for a redirect", async () => {
  const opaque = Object.defineProperty(Response.error(), "type", { value: "opaque" });
  const { error } = await fail(() => opaque);
  expect(error).toMatchObject({ name: "ApiError", httpStatus: 0, errors: [] });
});

test("a response that a custom fetch got by following a redirect is not trusted", async () => {
  const followed = Object.defineProperty(Response.json({ messages_read_count: 15 }), "redirected", { value: true });
  const { error } = await fail(() => followed);
  expect(error).toMatchObject({
    name: "InvalidResponseError",
    httpStatus: 200,
    problems: [{ path: "", message: "is a redirect" }],
  });
});

test.each([
  ["unknown fields", '{"messages_read_count":15,"new":{"field":1}}', "application/json"],
  ["parameters of the content type", '{"messages_read_count":15}', "Application/JSON; charset=utf-8"],
  ["a content type that is repeated", '{"messages_read_count":15}', "text/html, application/json"],
  ["something that is no content type after it", '{"messages_read_count":15}', "application/json, a b/c, a/b/c, */*"],
  ["a byte order mark", '\ufeff{"messages_read_count":15}', "application/json"],
])("a 200 with %s is accepted", async (_, body, type) => {
  const { fetch } = stubFetch(new Response(body, { headers: { "Content-Type": type } }));
  const { data } = await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("order-123");
  expect(data).toEqual(JSON.parse(body.replace("\ufeff", "")));
});

describe("any other status is an ApiError with the details from its body", () => {
  test.each<[string, number, string | null, Record<string, unknown>]>([
    [
      "a single error",
      404,
      '{"error":{"message":"Resource not found","code":4000}}',
      {
        message: "The API returned status 404: Resource not found (code 4000)",
        code: 4000,
        errors: [{ message: "Resource not found", code: 4000 }],
      },
    ],
    [
      "a single error about a field",
      400,
      '{"error":{"message":"User not found","code":1001},"meta":{"key":"user_id"}}',
      {
        message: "The API returned status 400: user_id User not found (code 1001)",
        code: 1001,
        errors: [{ message: "User not found", code: 1001, key: "user_id" }],
      },
    ],
    [
      "several errors",
      400,
      '{"error":{"message":"There were issues with your request","code":9999,"errors":[{"error":{"message":"a","code":1}},{"error":{"message":"b","code":2},"meta":{"key":"k"}}]}}',
      {
        message: "The API returned status 400: a (code 1); k b (code 2)",
        code: 9999,
        errors: [
          { message: "a", code: 1 },
          { message: "b", code: 2, key: "k" },
        ],
      },
    ],
    [
      "an unknown code and unknown fields",
      409,
      '{"error":{"message":"m","code":7777,"new":1},"new":2}',
      { code: 7777, errors: [{ message: "m", code: 7777 }] },
    ],
    [
      "an error without code",
      400,
      '{"error":{"message":"m"}}',
      { message: "The API returned status 400: m", errors: [{ message: "m" }] },
    ],
    ["values of invalid types", 400, '{"error":{"message":5,"code":"x"},"meta":{"key":5}}', { errors: [] }],
    [
      "an error as a plain string",
      401,
      '{"error":"invalid_token"}',
      { message: "The API returned status 401: invalid_token", errors: [{ message: "invalid_token" }] },
    ],
    [
      "an error of OAuth",
      400,
      '{"error":"invalid_scope","error_description":"unknown scope"}',
      { message: "The API returned status 400: invalid_scope: unknown scope" },
    ],
    [
      "a code that is not a finite number",
      400,
      '{"error":{"message":"m","code":1e999}}',
      { errors: [{ message: "m" }] },
    ],
    [
      "a message that does things to terminals",
      400,
      '{"error":{"message":"a\\n\\u001b[31mb"}}',
      { message: "The API returned status 400: a [31mb", errors: [{ message: "a [31mb" }] },
    ],
    ["no body", 500, null, { message: "The API returned status 500 with an empty body", errors: [], excerpt: "" }],
    [
      "an HTML page",
      502,
      "<html>Bad gateway</html>",
      {
        message: "The API returned status 502, the body is application/json: <html>Bad gateway</html>",
        errors: [],
        excerpt: "<html>Bad gateway</html>",
      },
    ],
    [
      "JSON null",
      503,
      "null",
      { message: "The API returned status 503, the body is application/json: null", errors: [] },
    ],
    ["JSON false", 500, "false", { errors: [] }],
    ["an undocumented status", 418, "{}", { errors: [] }],
  ])("%s", async (_, status, body, expected) => {
    const { error } = await fail(new Response(body, { status, headers: JSON_TYPE }));
    expect(error).toMatchObject({ name: "ApiError", httpStatus: status, ...expected });
    expect("code" in (error as object)).toBe("code" in expected);
  });
});

test.each<[string, ResponseInit, string | null, string]>([
  ["its reason phrase", { statusText: "I'm a teapot" }, null, "status 418 (I'm a teapot) with an empty body"],
  ["a body that is white space", {}, " \n", "status 418 with an empty body"],
  ["a body without a type", {}, "tea", "status 418, the body is of an unknown type: tea"],
])("the message of an undocumented error says %s", async (_, init, body, message) => {
  const response = new Response(body, { ...init, status: 418 });
  response.headers.delete("Content-Type");
  expect((await fail(response)).error).toMatchObject({ message: `The API returned ${message}` });
});

describe("a body is read up to a limit", () => {
  const padded = (text: string, bytes: number) => text + " ".repeat(bytes - text.length);
  const MIB = 1024 * 1024;
  const ERROR = '{"error":{"message":"m","code":1}}';

  test.each([
    [MIB, undefined],
    [MIB + 1, "is larger than 1 MiB"],
  ])("a success of %i bytes: %s", async (bytes, message) => {
    const body = padded('{"messages_read_count":15}', bytes);
    const { fetch } = stubFetch(() => new Response(body, { headers: JSON_TYPE }));
    const call = createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("order-123");
    if (message === undefined) await expect(call).resolves.toMatchObject({ data: { messages_read_count: 15 } });
    else await expect(call).rejects.toMatchObject({ problems: [{ path: "", message }] });
  });

  test.each([
    [64 * 1024, [{ message: "m", code: 1 }]],
    [64 * 1024 + 1, []],
  ])("an error of %i bytes: %j", async (bytes, errors) => {
    const { error } = await fail(new Response(padded(ERROR.slice(0, -1), bytes - 1) + "}", { status: 400 }));
    expect(error).toMatchObject({ name: "ApiError", httpStatus: 400, errors });
  });
});

describe("a response that cannot be read is a permanent NetworkError, which is not retried", () => {
  test.each<[string, () => unknown]>([
    ["nothing", () => undefined],
    ["an object that is not a Response", () => ({ ok: false, status: 503 })],
    [
      "a Response that was read already",
      async () => {
        const response = Response.json({ messages_read_count: 15 });
        await response.text();
        return response;
      },
    ],
  ])("%s", async (_, make) => {
    const { error, requests } = await fail(make as () => Response, { maxRetries: 2 });
    expect(error).toMatchObject({
      name: "NetworkError",
      message: expect.stringMatching(/^The fetch function failed: fetch returned /),
      retryable: false,
    });
    expect(requests).toHaveLength(1);
  });

  test("a body that does not consist of bytes is cancelled", async () => {
    let isCancelled = false;
    const body = new ReadableStream({
      start: (controller) => controller.enqueue("text"),
      cancel: () => {
        isCancelled = true;
      },
    });
    expect((await fail(() => new Response(body))).error).toMatchObject({ name: "NetworkError" });
    expect(isCancelled).toBe(true);
  });

  test("an endless body of empty chunks is cut off", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array()) });
    const { error } = await fail(() => new Response(body, { status: 404 }));
    expect(error).toMatchObject({ name: "ApiError", httpStatus: 404 });
  });
});

test("a message has at most 500 characters", async () => {
  const { error } = await fail(Response.json({ error: { message: "x".repeat(1000), code: 1 } }, { status: 400 }));
  expect((error as Error).message).toHaveLength(500);
});

test("Response.error() is a NetworkError", async () => {
  const { error } = await fail(() => Response.error());
  expect(error).toMatchObject({
    name: "NetworkError",
    message: "The network failed: fetch failed: it returned Response.error()",
    retryable: true,
  });
});

/** Makes a call that must fail. */
async function fail(response: Response | (() => Response), { maxRetries = 0 } = {}) {
  const { fetch, requests } = stubFetch(response);
  const error: unknown = await createChatClient({ accessToken: "t", fetch, maxRetries })
    .markMessagesAsRead("order-123")
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(isChatClientError(error)).toBe(true);
  return { error, requests };
}

test("chunks of a body are decoded as they arrive and not kept, because many small ones would take a lot of memory", async () => {
  const pieces = [...'{"messages_read_count":15}'].map((character) => new TextEncoder().encode(character));
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      pieces[sent - 3]?.fill(0); // What was sent some time ago is of no use any more.
      const piece = pieces[sent++];
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
  const { fetch } = stubFetch(() => new Response(body, { headers: JSON_TYPE }));
  const { data } = await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("a");
  expect(data).toEqual({ messages_read_count: 15 });
});
