import { createChatClient, type Fetch } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";

const fetch: Fetch = async (url) =>
  Response.json(
    url.endsWith("/oauth/token")
      ? { access_token: "t", token_type: "Bearer", expires_in: 86_400, created_at: 1_603_897_760 }
      : { messages_read_count: 15 },
  );
const tokens = createTokenProvider({ clientId: "a", clientSecret: "b", fetch });
const chat = createChatClient({ accessToken: tokens.forUser("user-123"), fetch });

async function call(): Promise<void> {
  const { data } = await chat.markMessagesAsRead("order-123");
  const count: number = data.messages_read_count;
  if (count !== 15) throw new Error(`15 messages are to be marked, not ${count}`);
}

void call();
