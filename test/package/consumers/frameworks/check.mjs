// An error that nobody catches has to become a 5xx for the customer, whatever the API's own status was: each framework's
// own error handling, with a handler that only awaits the call.
import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { createChatClient } from "instacart-post-checkout-chat";

/** @type {() => Response | Promise<never>} */
let upstream;
const chat = createChatClient({ accessToken: "a-token", maxRetries: 0, fetch: async () => upstream() });
const handler = () => chat.markMessagesAsRead("order-123");

const UPSTREAM = {
  "a web page with 200": () => new Response("<html>", { headers: { "Content-Type": "text/html" } }),
  204: () => new Response(null, { status: 204 }),
  302: () => new Response(null, { status: 302, headers: { Location: "/login" } }),
  401: () => Response.json({ error: { message: "Unauthorized", code: 1 } }, { status: 401 }),
  403: () => new Response("no", { status: 403 }),
  404: () => Response.json({ error: { message: "Resource not found", code: 4000 } }, { status: 404 }),
  "no response, for lack of a file": () => Promise.reject(Object.assign(new Error("no such file"), { code: "ENOENT" })),
};

/** By framework, a function that starts an app on a free port and returns the server, or that handles a `Request`. */
const FRAMEWORKS = {
  async express() {
    const { default: express } = await import("express");
    return serve(express().get("/", async (_, response) => response.json(await handler())));
  },
  /** What `express-generator` writes into app.js. */
  async "express-generator"() {
    const { default: express } = await import("express");
    const app = express().get("/", async (_, response) => response.json(await handler()));
    app.use((error, _request, response, _next) => response.status(error.status || 500).send("error"));
    return serve(app);
  },
  async koa() {
    const { default: Koa } = await import("koa");
    const app = new Koa().use(async (context) => (context.body = await handler()));
    app.silent = true;
    return serve(app.callback());
  },
  async fastify() {
    const { fastify } = await import("fastify");
    const app = fastify().get("/", handler);
    await app.listen({ port: 0, host: "127.0.0.1" });
    return app.server;
  },
  async hono() {
    const { Hono } = await import("hono");
    return new Hono().get("/", async (context) => context.json(await handler())).fetch;
  },
  async elysia() {
    const { Elysia } = await import("elysia");
    return new Elysia().get("/", handler).handle;
  },
  async h3() {
    const { createApp, eventHandler, toNodeListener } = await import("h3");
    return serve(toNodeListener(createApp().use("/", eventHandler(handler))));
  },
  async nitro() {
    const { build, createNitro, prepare } = await import("nitropack");
    const rootDir = await mkdtemp(join(process.cwd(), "nitro-"));
    globalThis.handlerOfTheCheck = handler;
    await writeFile(join(rootDir, "index.ts"), "export default eventHandler(() => globalThis.handlerOfTheCheck());");
    const nitro = await createNitro({
      rootDir,
      preset: "node-listener",
      compatibilityDate: "2026-01-01",
      logLevel: 0,
      handlers: [{ route: "/", handler: join(rootDir, "index.ts") }],
    });
    await prepare(nitro);
    await build(nitro);
    await nitro.close();
    return serve((await import(join(rootDir, ".output/server/index.mjs"))).listener);
  },
  async nest() {
    await import("reflect-metadata");
    const { Controller, Get, Module } = await import("@nestjs/common");
    const { NestFactory } = await import("@nestjs/core");
    class Orders {
      mark() {
        return handler();
      }
    }
    Controller()(Orders);
    Get("/")(Orders.prototype, "mark", Object.getOwnPropertyDescriptor(Orders.prototype, "mark"));
    class App {}
    Module({ controllers: [Orders] })(App);
    const app = await NestFactory.create(App, { logger: false });
    await app.listen(0, "127.0.0.1");
    return app.getHttpServer();
  },
};

/** How frameworks pass what a server function returned to the page. */
const SERIALIZERS = {
  structuredClone: (value) => structuredClone(value),
  devalue: async (value) => (await import("devalue")).uneval(value),
  seroval: async (value) => (await import("seroval")).serialize(value),
};

for (const [name, serialize] of Object.entries(SERIALIZERS)) {
  test(`${name} takes a result as it was returned`, async () => {
    upstream = () => Response.json({ messages_read_count: 15 });
    assert.ok(await serialize(await handler()));
  });
}

console.error = () => {}; // Frameworks report what nobody caught.
for (const [name, start] of Object.entries(FRAMEWORKS)) {
  test(name, async (context) => {
    const app = await start();
    const send = typeof app === "function" ? () => app(new Request("http://127.0.0.1/")) : () => fetch(urlOf(app));
    upstream = () => Response.json({ messages_read_count: 15 });
    assert.equal((await send()).status, 200);
    for (const [what, response] of Object.entries(UPSTREAM)) {
      await context.test(`${what} becomes a 5xx`, async () => {
        upstream = response;
        const { status, headers } = await send();
        assert.ok(status >= 500 && status <= 599, `${status}`);
        assert.equal(headers.get("location"), null);
      });
    }
    if (typeof app !== "function") app.close();
  });
}

function serve(listener) {
  const server = createServer(listener);
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function urlOf(server) {
  return `http://127.0.0.1:${server.address().port}/`;
}
