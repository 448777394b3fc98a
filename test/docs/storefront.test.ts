// The code of the guide "In your storefront" as it stands there: in a page in Chromium, and behind Express and Next.js.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { findChromium, launchChromium } from "../../scripts/docs/chromium.js";
import { startApiServer, type ApiServer, type Responder, type ScriptedResponse } from "../support/api-server.js";
import { guideFiles, installGuideProject, toJavaScript, tokenOfUser, writeFiles } from "../support/guide-project.js";

/** Installing and building take half a minute, and much longer on a busy machine. */
const MINUTES = 300_000;
const HEADERS = { "X-Upstream": "upstream" };
const HTML = { "Content-Type": "text/html" };
const BODY = { error: { message: "upstream", code: 4000 } };
/** What the API may send instead of a count; nothing is a lost connection. */
const FAILURES: { name: string; failure: ScriptedResponse | undefined }[] = [
  ...[400, 401, 403, 404, 429, 500, 503].map((status) => ({
    name: `status ${status}`,
    failure: { status, headers: HEADERS, body: BODY },
  })),
  { name: "a redirect", failure: { status: 302, headers: { Location: "/upstream" } } },
  { name: "a web page with status 200", failure: { body: "<h1>upstream</h1>", headers: HTML } },
  { name: "a lost connection", failure: undefined },
];
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noEmit: true,
  skipLibCheck: true,
  target: "es2022",
  module: "esnext",
  moduleResolution: "bundler",
  jsx: "react-jsx",
  types: ["node"],
  paths: { "@/*": ["./*"] },
};

let folder: string;
let api: ApiServer;
let respond: Responder | undefined;
let browser: Browser;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "storefront-"));
  [api, browser] = await Promise.all([
    startApiServer({
      generateAccessToken: tokenOfUser,
      markMessagesAsRead: (request, outgoing, next) => (respond ? respond(request, outgoing, next) : next()),
    }),
    findChromium().then((program) => launchChromium(program)),
    installGuideProject(folder, inject("tarball")),
  ]);
}, MINUTES);
beforeEach(() => {
  api.requests.length = 0;
  respond = undefined;
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all([browser?.close(), api?.close()]);
  await rm(folder, { recursive: true, force: true });
});

test("all code of the guides that need more packages compiles under strict rules", async () => {
  const files = { ...(await guideFiles("storefront.md")), ...(await guideFiles("fleet.md")) };
  expect(Object.keys(files)).toHaveLength(9);
  await writeFiles(join(folder, "types"), { ...files, "tsconfig.json": JSON.stringify({ compilerOptions: STRICT }) });
  await run(["node_modules/typescript/bin/tsc", "--project", "types"]);
});

describe.each([
  { name: "Express 5", start: startExpress, page: "/order.html" },
  { name: "Next.js 16", start: startNext, page: "/orders/order-123" },
])("$name", ({ start, page: path }) => {
  let url: string;
  let page: Page;
  let problems: string[];
  let puts: number;
  beforeAll(async () => {
    url = await start();
  }, MINUTES);
  afterEach(() => page?.context().close());

  const visit = async () => {
    const context = await browser.newContext();
    await context.addCookies([{ name: "session", value: "session-1", url }]);
    page = await context.newPage();
    problems = [];
    puts = 0;
    page.on("request", (request) => (puts += Number(request.method() === "PUT")));
    page.on("pageerror", ({ message }) => problems.push(message));
    await page.goto(url + path);
  };
  const open = () => page.getByRole("button", { name: "Open" }).click();
  const receive = () => page.getByRole("button", { name: "Receive" }).click();
  const put = (id: string, cookie = "session=session-1") =>
    fetch(`${url}/orders/${id}/chat/read`, { method: "PUT", headers: { cookie } });

  // These come first: a page of another test may leave a call under way.
  test.each(["order-456", "order-999", "%ff", "%E0%A4%A", "%", "%00", "%20", "%E2%80%8B", "order-123%0A", "__proto__"])(
    "%s, which is none of the customer's orders, gets 404 and is not sent",
    async (id) => {
      const response = await put(id);
      expect([response.status, await response.text()]).toEqual([404, ""]);
      expect(marks()).toEqual([]);
    },
  );

  test("without a session every order gets 404", async () => {
    expect((await put("order-123", "")).status).toBe(404);
    expect(marks()).toEqual([]);
  });

  test("opening the chat marks the order once, with the customer's own token", async () => {
    await visit();
    expect(marks()).toEqual([]);
    await Promise.all([page.waitForResponse((response) => response.status() === 204), open()]);
    await page.getByRole("textbox").pressSequentially("Thank you");
    expect(puts).toBe(1);
    expect(marks()).toMatchObject([{ params: { order_id: "order-123" }, token: "token-of-user-123" }]);
    expect(problems).toEqual([]);
  });

  test("a message that arrives while the chat is open is marked, once", async () => {
    await visit();
    await Promise.all([page.waitForResponse(/read$/), open()]);
    await Promise.all([page.waitForResponse(/read$/), receive()]);
    expect(await page.getByRole("listitem").allInnerTexts()).toEqual(["Message 1", "Message 2"]);
    expect(marks()).toHaveLength(2);
  });

  test("the page works while the API is down, and the next message tries again", async () => {
    await visit();
    respond = failWith(undefined);
    const [failed] = await Promise.all([page.waitForResponse(/read$/), open()]);
    expect(failed.status()).toBe(502);
    await page.getByRole("textbox").fill("Hello");
    expect(await page.getByRole("listitem").allInnerTexts()).toEqual(["Message 1"]);
    respond = undefined;
    await Promise.all([page.waitForResponse((response) => response.status() === 204), receive()]);
    expect(problems).toEqual([]);
  });

  test.each(FAILURES)("$name becomes a 502 with nothing of it", async ({ failure }) => {
    respond = failWith(failure);
    const response = await put("order-123");
    expect([response.status, await response.text()]).toEqual([502, ""]);
    expect(JSON.stringify([...response.headers])).not.toMatch(/upstream/);
    expect(marks().length).toBeGreaterThan(0);
    respond = undefined;
    expect((await put("order-123")).status).toBe(204);
  });
});

test.each(["express", "express-4"])("the route of the guide Frameworks works with %s", async (version) => {
  const guide = await readFile(join(root, "scripts/docs/guides/frameworks.md"), "utf8");
  const [, code = ""] = /^```ts\n(import express.*?)^```/ms.exec(guide) ?? [];
  const mine = code.replace('from "express"', `from "${version}"`).replace("response.locals.userId", '"user-123"');
  await writeFiles(join(folder, version), { "server.js": toJavaScript(mine), "main.js": TO_MY_API + MAIN });
  const url = await startServer(["main.js"], version);
  const put = async (id: string) => (await fetch(`${url}/orders/${id}/messages/read`, { method: "PUT" })).status;
  expect(await put("order-123")).toBe(200);
  for (const id of ["%20", "%E2%80%8B", "%00", "order-123%0A"]) expect([id, await put(id)]).toEqual([id, 404]);
  for (const { failure } of FAILURES) {
    respond = failWith(failure);
    expect([502, 503]).toContain(await put("order-123"));
  }
  expect(await put("%ff")).toBe(400);
  respond = undefined;
  expect(await put("order-123")).toBe(200);
});

/** Runs what the guide calls `server.ts`, with a page that has a chat. */
async function startExpress(): Promise<string> {
  const guide = await guideFiles("storefront.md");
  const server = ["server", "mark-read", "shop"].map((name) => [`${name}.js`, toJavaScript(guide[`${name}.ts`] ?? "")]);
  await writeFiles(join(folder, "shop"), {
    ...Object.fromEntries(server),
    "main.js": MAIN,
    "public/chat-reading.js": toJavaScript(guide["chat-reading.ts"] ?? ""),
    "public/order.html": `<button id="open">Open</button><button id="receive">Receive</button>
<dialog id="chat"><ol id="messages"></ol><textarea></textarea></dialog>
<script type="module">
  import { startReading } from "./chat-reading.js";
  const reading = startReading("order-123");
  let last = 0;
  const receive = () => {
    messages.insertAdjacentHTML("beforeend", \`<li>Message \${(last += 1)}</li>\`);
    reading.show(String(last));
  };
  document.querySelector("#open").onclick = () => (chat.show(), receive());
  document.querySelector("#receive").onclick = receive;
  document.querySelector("textarea").oninput = () => reading.show(String(last));
</script>`,
  });
  return startServer(["main.js"], "shop");
}

/** Builds the app without secrets, and starts it with them. */
async function startNext(): Promise<string> {
  const guide = await guideFiles("storefront.md");
  await writeFiles(join(folder, "next"), {
    ...guide,
    "server.ts": "",
    "package.json": "{}",
    "tsconfig.json": JSON.stringify({ compilerOptions: STRICT }),
    "next.config.mjs": "export default { typescript: { ignoreBuildErrors: true }, turbopack: { root: '..' } };",
    "app/layout.tsx":
      "export default ({ children }: { children: React.ReactNode }) => <html><body>{children}</body></html>;",
    "app/orders/[orderId]/page.tsx": `"use client";
import { useState } from "react";
import { Chat } from "@/chat";
export default function Page() {
  const [count, setCount] = useState(0);
  const [draft, setDraft] = useState("");
  const messages = Array.from({ length: count }, (_, index) => ({ id: String(index), text: "Message " + (index + 1) }));
  const receive = () => setCount(count + 1);
  return <>
    <button onClick={receive}>Open</button><button onClick={receive}>Receive</button>
    {count > 0 && <><Chat orderId="order-123" messages={messages} /><textarea value={draft} onChange={(event) => setDraft(event.target.value)} /></>}
  </>;
}`,
  });
  const next = join(folder, "node_modules/next/dist/bin/next");
  await run([next, "build"], "next");
  return startServer([next, "start", "--port", "0", "--hostname", "127.0.0.1"], "next");
}

// The guide's route calls the production server.
const TO_MY_API = `const { fetch } = globalThis;
globalThis.fetch = (url, init) => fetch(url.replace("https://connect.instacart.com", process.env.INSTACART_BASE_URL), init);
`;
const MAIN = `import { app } from "./server.js";
const server = app.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));`;

const env = () => ({ PATH: process.env["PATH"], HOME: folder, NEXT_TELEMETRY_DISABLED: "1" });

async function run(args: string[], cwd = ""): Promise<void> {
  await promisify(execFile)(process.execPath, args, { cwd: join(folder, cwd), env: env() }).catch((error) => {
    throw new Error(`${error.stdout}${error.stderr}`);
  });
}

/** @returns the address that the server prints */
async function startServer(args: string[], cwd: string): Promise<string> {
  const credentials = { INSTACART_CLIENT_ID: "client-123", INSTACART_CLIENT_SECRET: "a-secret" };
  const secrets = { ...credentials, INSTACART_BASE_URL: api.url };
  const where = { cwd: join(folder, cwd), env: { ...env(), ...secrets } };
  const child = spawn(process.execPath, args, { ...where, stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url) return child.stdout.resume() && url;
  }
  throw new Error(`${args.join(" ")} did not start`);
}

const marks = () => api.requestsOf("markMessagesAsRead");

function failWith(failure: ScriptedResponse | undefined): Responder {
  return (_request, outgoing) => failure ?? void outgoing.socket?.destroy();
}
