import { isChatClientError, type MessagesRead } from "../../index.js";

const ERROR_FIELDS = ["name", "message", "status", "code", "retryAfterMs", "retryable"];

/** What an order id came to. */
export type Outcome = { readonly data: MessagesRead } | { readonly error: unknown };

/** The outcome as a line of JSON. */
export function resultLine(orderId: string, outcome: Outcome): string {
  const result =
    "data" in outcome ? { messages_read_count: outcome.data.messages_read_count } : { error: summarize(outcome.error) };
  return `${withoutControls(JSON.stringify({ order_id: orderId, ...result }))}\n`;
}

// What a terminal obeys or hides, and JSON allows.
const CONTROLS = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

function withoutControls(json: string): string {
  return json.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function summarize(error: unknown): object {
  if (!isChatClientError(error)) return error instanceof Error ? { name: error.name, message: error.message } : {};
  const fields = error.toJSON();
  return Object.fromEntries(ERROR_FIELDS.map((name) => [name, fields[name]]));
}

/** Whether any other order id would fail in the same way, since it is the access token that is missing or refused. */
export function concernsCredentials(error: unknown): boolean {
  return (
    isChatClientError(error) &&
    (error.name === "AccessTokenError" || (error.name === "ApiError" && error.status === 401))
  );
}
