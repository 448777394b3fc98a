import { createChatClient } from "instacart-post-checkout-chat";

const fetch = async () => Response.json({ messages_read_count: 15 });
createChatClient({ accessToken: "t", fetch })
  .markMessagesAsRead("order-123")
  .then(({ data }) => console.log(data.messages_read_count));
