import assert from "node:assert/strict";
import { createChatClient } from "instacart-post-checkout-chat";
import { startApiServer } from "../../../support/api-server.js";

const api = await startApiServer();
const chat = createChatClient({ accessToken: "t", baseUrl: api.url });
const { data } = await chat.markMessagesAsRead("order-123");
await api.close();
assert.deepEqual(data, { messages_read_count: 15 });
