// The secrets exist only at run time, and `next build` loads this module, too: the provider is made when it is first
// needed.
import { createChatClient } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";

let tokens;
const tokenOfUser = (request) => {
  tokens ??= createTokenProvider({
    clientId: process.env.INSTACART_CLIENT_ID,
    clientSecret: process.env.INSTACART_CLIENT_SECRET,
    baseUrl: process.env.INSTACART_BASE_URL,
  });
  return tokens.forUser("user-123")(request);
};

export const chat = createChatClient({ accessToken: tokenOfUser, baseUrl: process.env.INSTACART_BASE_URL });

/** Marks an order, and says in one line of the log what a call throws that Next itself has thrown. */
export async function mark(order, options) {
  try {
    const { data } = await chat.markMessagesAsRead(order, options);
    return data.messages_read_count;
  } catch (error) {
    console.log(`thrown: ${JSON.stringify({ digest: error.digest, attempts: error.attempts })}`);
    throw error;
  }
}
