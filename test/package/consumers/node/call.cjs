const assert = require("node:assert/strict");
const { AccessTokenError, ApiError } = require("instacart-post-checkout-chat");
const { createTokenProvider } = require("instacart-post-checkout-chat/oauth");

const tokens = createTokenProvider({
  clientId: "a",
  clientSecret: "b",
  fetch: async () => new Response(null, { status: 401 }),
});
assert.rejects(tokens.forClient()(), (error) => error instanceof AccessTokenError && error.cause instanceof ApiError);
