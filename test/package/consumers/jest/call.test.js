const { ApiError, createChatClient, isChatClientError } = require("instacart-post-checkout-chat");
const { createTokenProvider } = require("instacart-post-checkout-chat/oauth");

const answering = (status, body) => async () => Response.json(body, { status });

test("the client makes a call", async () => {
  const chat = createChatClient({ accessToken: "t", fetch: answering(200, { messages_read_count: 15 }) });
  const { data } = await chat.markMessagesAsRead("order-123", { signal: new AbortController().signal });
  expect(data).toEqual({ messages_read_count: 15 });
});

test("errors are of their classes", async () => {
  const chat = createChatClient({ accessToken: "t", fetch: answering(404, { error: { message: "m", code: 4000 } }) });
  const error = await chat.markMessagesAsRead("order-123").catch((error) => error);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ name: "ApiError", code: 4000, errors: [{ message: "m", code: 4000 }] });
});

test("wrong options are a TypeError of this realm", () => {
  expect(() => createChatClient({})).toThrow(TypeError);
});

test("an error of one copy is recognised by another", async () => {
  const fetch = answering(401, { error: { message: "m" } });
  const error = await createTokenProvider({ clientId: "a", clientSecret: "b", fetch })
    .forClient()()
    .catch((error) => error);
  jest.resetModules();
  const other = require("instacart-post-checkout-chat");
  expect(error).not.toBeInstanceOf(other.AccessTokenError);
  expect(other.isChatClientError(error)).toBe(true);
  expect(isChatClientError(new Error())).toBe(false);
});
