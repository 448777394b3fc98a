// Serves the packed spec with a tool that others wrote; this client and its token provider call it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createChatClient } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";
import { documentedSuccess, spec } from "../../../support/spec.js";

const exampleOf = (operationId) => documentedSuccess(operationId).body;

/** Each starts a server with a tool, and returns its URL and how to stop it. */
const TOOLS = {
  async "express-openapi-validator"() {
    const { default: express } = await import("express");
    const validator = await import("express-openapi-validator");
    const app = express().use(express.json());
    app.use(
      validator.middleware({
        apiSpec: structuredClone(spec),
        validateRequests: true,
        validateResponses: true,
        validateApiSpec: false,
      }),
    );
    app.put("/v2/post_checkout/chat/:orderId/messages", (_, response) =>
      response.json(exampleOf("markMessagesAsRead")),
    );
    app.post("/v2/oauth/token", (_, response) => response.json(exampleOf("generateAccessToken")));
    return listen(createServer(app));
  },
  async fastify() {
    const { default: fastify } = await import("fastify");
    const { default: glue } = await import("fastify-openapi-glue");
    const app = fastify();
    // Fastify rejects an empty body of the type JSON, which the documented requests have.
    app.addContentTypeParser("application/json", { parseAs: "string" }, (_, body, done) =>
      body === "" ? done(null, undefined) : app.getDefaultJsonParser("error", "error")(_, body, done),
    );
    await app.register(glue, {
      specification: structuredClone(spec),
      operationResolver: (operationId) => async () => exampleOf(operationId),
    });
    return { url: await app.listen({ host: "127.0.0.1", port: 0 }), close: () => app.close() };
  },
  async mockoon() {
    const { OpenApiConverter } = await import("@mockoon/commons");
    const { MockoonServer } = await import("@mockoon/commons-server");
    const environment = await new OpenApiConverter().convertFromOpenAPI(JSON.stringify(spec));
    const server = new MockoonServer(environment);
    server.on("error", () => {}); // An empty body of the type JSON is an error for it, but it responds.
    return { ...(await listen(createServer(server.createRequestListener()))), makesUpCounts: true };
  },
  async msw() {
    const { fromOpenApi } = await import("@msw/source/open-api");
    const { setupServer } = await import("msw/node");
    const server = setupServer(...(await fromOpenApi(structuredClone(spec))));
    server.listen({ onUnhandledRequest: "error" });
    return { url: spec.servers[0].url, close: () => server.close() };
  },
  async "openapi-backend"() {
    const { OpenAPIBackend } = await import("openapi-backend");
    // Unless it is quick, it takes the spec for one of OpenAPI 3.0.
    const backend = new OpenAPIBackend({ definition: structuredClone(spec), quick: true });
    const respond = (context) => ({ status: 200, body: exampleOf(context.operation.operationId) });
    backend.register({ markMessagesAsRead: respond, generateAccessToken: respond });
    backend.register("validationFail", ({ validation }) => ({ status: 400, body: validation.errors }));
    backend.registerSecurityHandler("accessToken", ({ request }) => /^Bearer ./.test(request.headers.authorization));
    await backend.init();
    const server = createServer(async (message, response) => {
      let body = "";
      for await (const chunk of message) body += chunk;
      const { method, url, headers } = message;
      const result = await backend.handleRequest({ method, path: url, headers, body: body || undefined });
      response.writeHead(result.status, { "Content-Type": "application/json" }).end(JSON.stringify(result.body));
    });
    return listen(server);
  },
  async scalar() {
    const { createMockServer } = await import("@scalar/mock-server");
    const { serve } = await import("@hono/node-server");
    const app = await createMockServer({ document: structuredClone(spec), logger: false });
    return listen(serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }));
  },
};

async function listen(server) {
  if (!server.address()) await once(server.listen(0, "127.0.0.1"), "listening");
  const close = () => server.close(() => {}).closeAllConnections();
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

const { url, close, makesUpCounts } = await TOOLS[process.argv[2]]();
try {
  const tokens = createTokenProvider({ clientId: "client-123", clientSecret: "a-secret", baseUrl: url });
  for (const accessToken of [tokens.forUser("user-123"), tokens.forClient()]) {
    assert.equal(await accessToken(), exampleOf("generateAccessToken").access_token);
    const chat = createChatClient({ accessToken, baseUrl: url, locale: "fr-CA, en-CA;q=0.8", retailerId: "banner-1" });
    const { data } = await chat.markMessagesAsRead("order-123", { treatIdsAsInternal: false });
    if (!makesUpCounts) assert.deepEqual(data, exampleOf("markMessagesAsRead"));
  }
} finally {
  await close();
}
