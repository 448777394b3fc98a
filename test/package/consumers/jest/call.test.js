const { ApiError, createChatClient, isChatClientError } = require("instacart-post-checkout-chat");
const { createTokenProvider } = require("instacart-post-checkout-chat/oauth");

const responding = (status, body) => async () => Response.json(body, { status });

test("the client makes a call", async () => {
  const chat = createChatClient({ accessToken: "t", fetch: responding(200, { messages_read_count: 15 }) });
  const { data } = await chat.markMessagesAsRead("order-123", { signal: new AbortController().signal });
  expect(data).toEqual({ messages_read_count: 15 });
});

test("errors are instances of their classes", async () => {
  const chat = createChatClient({ accessToken: "t", fetch: responding(404, { error: { message: "m", code: 4000 } }) });
  const error = await chat.markMessagesAsRead("order-123").catch((error) => error);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ name: "ApiError", code: 4000, errors: [{ message: "m", code: 4000 }] });
});

test("invalid options throw a TypeError of this realm", () => {
  expect(() => createChatClient({})).toThrow(TypeError);
});

test("one copy recognises another copy's errors", async () => {
  const fetch = responding(401, { error: { message: "m" } });
  const error = await createTokenProvider({ clientId: "a", clientSecret: "b", fetch })
    .forClient()()
    .catch((error) => error);
  jest.resetModules();
  const other = require("instacart-post-checkout-chat");
  expect(error).not.toBeInstanceOf(other.AccessTokenError);
  expect(other.isChatClientError(error)).toBe(true);
  expect(isChatClientError(new Error())).toBe(false);
});
