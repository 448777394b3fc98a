import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createChatClient } from "instacart-post-checkout-chat";

const server = createServer((_, response) =>
  response.writeHead(200, { "Content-Type": "application/json" }).end('{"messages_read_count":15}'),
);
server.listen(0, "127.0.0.1", async () => {
  const chat = createChatClient({ accessToken: "t", baseUrl: `http://127.0.0.1:${server.address().port}` });
  const { data } = await chat.markMessagesAsRead("order-123");
  server.close();
  server.closeAllConnections();
  assert.deepEqual(data, { messages_read_count: 15 });
});
