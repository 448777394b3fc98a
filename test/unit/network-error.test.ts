import { describe, expect, test } from "vitest";
import {
  AccessTokenError,
  createChatClient,
  isChatClientError,
  NetworkError,
  type AnyChatClientError,
} from "../../src/index.js";

const TOKEN = "s3cr3t/token+value==";

/** What a call comes to whose `fetch` throws this. */
async function errorOf(thrown: unknown, accessToken = TOKEN): Promise<AnyChatClientError> {
  const chat = createChatClient({ accessToken, fetch: () => Promise.reject(thrown), maxRetries: 0 });
  const error: unknown = await chat.markMessagesAsRead("a").catch((error: unknown) => error);
  if (!isChatClientError(error)) throw new Error("The call did not fail as it should", { cause: error });
  return error;
}

describe("what somebody else threw is copied, without the token", () => {
  test("a copy has no further properties, which may hide the token", async () => {
    const { cause } = await errorOf(Object.assign(new Error("m"), { request: { headers: { authorization: TOKEN } } }));
    expect(cause).toMatchObject({ name: "Error", message: "m" });
    expect(cause).not.toHaveProperty("request");
  });

  test("a code that is a number is copied, one that is an object is not", async () => {
    const { cause } = await errorOf(Object.assign(new Error(TOKEN), { code: 5 }));
    expect(cause).toMatchObject({ message: "[redacted]", code: 5 });
    const { cause: other } = await errorOf(Object.assign(new Error(TOKEN), { code: { value: TOKEN } }));
    expect(other).toMatchObject({ message: "[redacted]" });
    expect(other).not.toHaveProperty("code");
  });

  test("a copy has a cause only where the original has one, and a text among them stays one", async () => {
    expect((await errorOf(new Error(TOKEN))).cause).not.toHaveProperty("cause");
    expect((await errorOf(new Error("m", { cause: `because of ${TOKEN}` }))).cause).toMatchObject({
      message: "m",
      cause: "because of [redacted]",
    });
    expect((await errorOf(`failed with ${TOKEN}`)).cause).toBe("failed with [redacted]");
  });

  test("one that leads back to itself is copied to a depth, though it holds no token", async () => {
    const circular = new Error("m");
    circular.cause = circular;
    expect((await errorOf(circular)).cause).toMatchObject({ message: "m", cause: { message: "m" } });

    class SelfishError extends Error {
      get self() {
        return this;
      }
    }
    expect((await errorOf(new SelfishError("m"))).cause).toMatchObject({ message: "m" });
  });

  test("a token of six characters is found, a shorter one may be a part of a word", async () => {
    expect((await errorOf(new Error("the secret is out"), "secret")).message).toBe(
      "The network failed: the [redacted] is out",
    );
    expect((await errorOf(new Error("the secret is out"), "ecret")).message).toBe(
      "The network failed: the secret is out",
    );
  });
});

describe("what is thrown counts as an error when it has a name and a message, both of them text", () => {
  test.each([
    [{ name: "E" }, "[redacted]"],
    [{ message: "m" }, "[redacted]"],
    [{ name: 5, message: "m" }, "[redacted]"],
    [{ name: "E", message: 5 }, "[redacted]"],
    [{ name: "E", message: null }, "[redacted]"],
    ["m", "m"],
    [5, 5],
    [null, null],
    [undefined, undefined],
  ])("%j does not", async (thrown, cause) => {
    const error = await errorOf(thrown);
    expect(error).toMatchObject({ name: "NetworkError", message: "The network failed", retryable: true });
    expect(error.cause).toBe(cause);
  });

  test("any object with both does", async () => {
    expect((await errorOf({ name: "E", message: "m" })).message).toBe("The network failed: m");
  });
});

test("a code that is a number, such as a DOMException's, is not the code of the error", async () => {
  const error = await errorOf(new DOMException("m", "DataCloneError"));
  expect(error.message).toBe("The network failed: m");
  expect(error).not.toHaveProperty("code");
});

test.each(["a bad port", "bad port 6666", "an unknown scheme", "unknown scheme x", "the fetch gave nothing back"])(
  "a failure whose message merely holds words of a lasting one may pass: %j",
  async (message) => {
    expect(await errorOf(new TypeError("fetch failed", { cause: new Error(message) }))).toMatchObject({
      name: "NetworkError",
      retryable: true,
    });
    expect(await errorOf(new Error(`then ${message}`))).toMatchObject({ retryable: true });
  },
);

test("an error that quotes what the client says of a fetch may pass", async () => {
  expect(await errorOf(new Error("my fetch returned no response"))).toMatchObject({ retryable: true });
});

describe("a logger gets of a cause", () => {
  const shown = (cause: unknown) =>
    (JSON.parse(JSON.stringify(new AccessTokenError("m", false, cause))) as { cause?: unknown }).cause;

  test.each<[string, unknown, unknown]>([
    ["a text as it is", "text", "text"],
    ["of a number its type", 5, "number"],
    ["of an object its type", {}, "object"],
    ["of null its type", null, "object"],
    ["a code that is text", Object.assign(new Error("m"), { code: "E" }), { name: "Error", message: "m", code: "E" }],
    ["a code that is a number", Object.assign(new Error("m"), { code: 5 }), { name: "Error", message: "m", code: 5 }],
    ["no other code", Object.assign(new Error("m"), { code: { a: 1 } }), { name: "Error", message: "m" }],
    ["nothing, where there is none", undefined, undefined],
  ])("%s", (_, cause, expected) => {
    expect(shown(cause)).toEqual(expected);
  });

  test("everything that it would get of that error, where it is of this package", () => {
    const cause = new NetworkError("m", "ECONNRESET", true, undefined);
    expect(shown(cause)).toEqual(JSON.parse(JSON.stringify(cause)));
    expect(shown(cause)).toMatchObject({ retryable: true, attempts: [] });
  });
});

test("an error without a cause has no such property", () => {
  expect(new AccessTokenError("m", false)).not.toHaveProperty("cause");
  expect(Object.keys(new NetworkError("m", undefined, true, undefined))).not.toContain("cause");
  expect("cause" in new AccessTokenError("m", false)).toBe(false);
});

test("an error of another copy of this package is recognised by the mark that all copies share", () => {
  const brand = Symbol.for("instacart-post-checkout-chat.ChatClientError");
  expect(isChatClientError({ [brand]: true })).toBe(true);
});
