// The call that every client makes, as the spec documents it.
import { nameOf, operations, documentedResponse } from "../common/spec.js";

const OPERATION = "markMessagesAsRead";

const operation = operations().find(({ operationId }) => operationId === OPERATION);
if (!operation) throw new Error(`the spec has no operation ${OPERATION}`);
const { body } = documentedResponse(nameOf({ operationId: OPERATION, status: 200, example: "messagesRead" }));

export const METHOD = operation.method;
export const ACCESS_TOKEN = "an-access-token";
/** Enough of them that no client is fast by caching one. */
export const ORDER_IDS = Array.from({ length: 500 }, (_, index) => `order-${index}`);
export const PATHS = new Set(ORDER_IDS.map((id) => operation.path.replace("{order_id}", id)));
/** By their names in lower case. */
export const HEADERS = {
  accept: "application/json",
  "content-type": "application/json",
  authorization: `Bearer ${ACCESS_TOKEN}`,
};
export const CONTENT_TYPE = "application/json";
export const RESPONSE_BODY = JSON.stringify(body);
export const { messages_read_count: MESSAGES_READ_COUNT } =
  /** @type {import("../../generated/api.js").components["schemas"]["MessagesRead"]} */ (body);
