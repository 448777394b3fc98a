// Traces calls with OpenTelemetry's instrumentation of `fetch`, as the documentation shows.
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { trace } from "@opentelemetry/api";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { createChatClient } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";
import { startApiServer } from "../../../support/api-server.js";

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
new UndiciInstrumentation();

let failures = 0;
const api = await startApiServer({
  markMessagesAsRead: (_request, _outgoing, next) => (failures-- > 0 ? { status: 503 } : next()),
});
after(() => api.close());
beforeEach(() => exporter.reset());

const onAttempt = (attempt) => trace.getActiveSpan()?.addEvent("instacart attempt", { ...attempt });
const tokens = createTokenProvider({ clientId: "a", clientSecret: "b", baseUrl: api.url, onAttempt });
const chat = createChatClient({ accessToken: tokens.forUser("user-123"), baseUrl: api.url, onAttempt });

/** Makes a call in a span of its own. */
function traced(work) {
  return trace.getTracer("shop").startActiveSpan("show the chat", async (span) => {
    await work().finally(() => span.end());
    return span;
  });
}

test("every request, including retries and token requests, is a child of the span around the call", async () => {
  failures = 1;
  const span = await traced(() => chat.markMessagesAsRead("order-123"));
  const requests = exporter
    .getFinishedSpans()
    .filter((other) => other.spanContext().spanId !== span.spanContext().spanId);
  assert.deepEqual(
    requests.map(({ attributes }) => [attributes["http.request.method"], attributes["http.response.status_code"]]),
    [
      ["POST", 200],
      ["PUT", 503],
      ["PUT", 200],
    ],
  );
  for (const { parentSpanContext, attributes } of requests) {
    assert.equal(parentSpanContext.spanId, span.spanContext().spanId);
    assert.match(attributes["user_agent.original"], /instacart-post-checkout-chat/);
  }
  assert.deepEqual(
    span.events.map(({ attributes }) => [attributes.operationId, attributes.orderId, attributes.status]),
    [
      ["generateAccessToken", undefined, 200],
      ["markMessagesAsRead", "order-123", 503],
      ["markMessagesAsRead", "order-123", 200],
    ],
  );
});

test("the server gets the trace id", async () => {
  const span = await traced(() => chat.markMessagesAsRead("order-123"));
  assert(api.requests.at(-1).headers.traceparent.includes(span.spanContext().traceId));
});

test("concurrent calls each have their own span, even if one of them refreshes the token for all", async () => {
  api.revokeTokens();
  const orders = ["order-1", "order-2", "order-3"];
  const spans = await Promise.all(orders.map((order) => traced(() => chat.markMessagesAsRead(order))));
  for (const [index, span] of spans.entries()) {
    const events = span.events.filter(({ attributes }) => attributes.operationId === "markMessagesAsRead");
    assert.deepEqual(
      events.map(({ attributes }) => attributes.orderId),
      Array(2).fill(orders[index]),
    );
  }
});
