import chat = require("instacart-post-checkout-chat");
import oauth = require("instacart-post-checkout-chat/oauth");
import description = require("instacart-post-checkout-chat/openapi.json");

const fetch: chat.Fetch = async () => new Response(null, { status: 401 });

async function call(): Promise<void> {
  const token = oauth.createTokenProvider({ clientId: "a", clientSecret: "b", fetch }).forClient();
  const error: unknown = await token().catch((error: unknown) => error);
  if (!(error instanceof chat.AccessTokenError && error.cause instanceof chat.ApiError)) throw error;
  const status: number = error.cause.httpStatus;
  if (status !== 401 || description.openapi !== "3.1.0") throw error;
}

void call();
