// A Worker as people write it: the token provider and the client are made once, in module scope, for all requests.
import { createChatClient } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";

const tokens = createTokenProvider({
  clientId: "client-123",
  clientSecret: "not-a-real-secret",
  baseUrl: API_URL,
  timeoutMs: 2000,
});
const chat = createChatClient({ accessToken: tokens.forClient(), baseUrl: API_URL, timeoutMs: 2000 });

// The time moves on as the test says, so that tokens get old.
const { now } = Date;
let passedMs = 0;
Date.now = () => now() + passedMs;

export default {
  /** Marks an order, `/<user>/<order>`. With `?leave` it responds when a token request has arrived, and does not wait. */
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const [, user, order] = pathname.split("/");
    passedMs += Number(searchParams.get("passMs"));
    const call = chat.markMessagesAsRead(order, { accessToken: tokens.forUser(user) }).then(
      ({ data }) => data.messages_read_count,
      ({ name, message, cause }) => `${name}: ${message} (${cause})`,
    );
    if (!searchParams.has("leave")) return Response.json(await call);
    await fetch(`${API_URL}/until/token-request`);
    return Response.json("left");
  },
};
