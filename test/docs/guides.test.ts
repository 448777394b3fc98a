// Every block of code in the guides is compiled against the installed package; what can run without an account is run.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { startApiServer } from "../support/api-server.js";
import { compile, linkPackages, runShown, runUnitTest, toJavaScript } from "../support/guide-project.js";
import { runNode } from "../support/run-node.js";
import { cert, key } from "../support/self-signed.js";

const NAME = "instacart-post-checkout-chat";
const folder = inject("consumerFolder");
const guides = join(root, "scripts/docs/guides");

/** Their code needs more packages: see storefront.test.ts and test/long/fleet.test.ts. */
const TESTED_APART = ["fleet.md", "storefront.md"];

/** The blocks of code, with the guide and the heading that each stands under. */
const blocks = (
  await Promise.all(
    (await readdir(guides)).map(async (file) => {
      const text = await readFile(join(guides, file), "utf8");
      return [...text.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language = "", code = ""], index) => ({
        file,
        language,
        code,
        index,
        place: `${file}, block ${index + 1}`,
      }));
    }),
  )
)
  .flat()
  .filter(({ file }) => !TESTED_APART.includes(file));

/** The one TypeScript block of a guide that has a text in it. */
function blockWith(file: string, part: string): string {
  const found = blocks.filter((block) => block.file === file && block.language === "ts" && block.code.includes(part));
  if (found.length !== 1) throw new Error(`${file} has ${found.length} blocks with ${part}`);
  return found[0]?.code ?? "";
}

/** Runs a block as a module, with code before it that it cannot see, and code after it that can use its exports. */
async function run(name: string, block: string, after: string, before = "", env: Record<string, string> = {}) {
  await writeFile(join(folder, `${name}.mjs`), toJavaScript(block));
  const lines = [SECRETS, before, `const guide = await import("./${name}.mjs");`, after, "process.exit(0);"];
  await writeFile(join(folder, `${name}-run.mjs`), lines.join("\n"));
  const { status, stdout, stderr } = await runNode([`${name}-run.mjs`], { cwd: folder, env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

const SECRETS = `Object.assign(process.env, { INSTACART_CLIENT_ID: "client-123", INSTACART_CLIENT_SECRET: "a-secret", INSTACART_ACCESS_TOKEN: "a-token" });
const { mockFetch } = await import("${NAME}/testing");`;

beforeAll(() => linkPackages(folder, ["keyv", "@keyv/redis", "express", "@types/express"]));

// The workflow and the report of the contract guide are tested with the command that they belong to.
test("every other code block is TypeScript or shell, and is tested here", () => {
  expect(blocks.length).toBeGreaterThan(15);
  expect(blocks.filter(({ language }) => !["ts", "sh", "yaml", "json"].includes(language))).toEqual([]);
});

test("all TypeScript compiles against the installed package under strict rules", async () => {
  const modules = blocks
    .filter(({ language }) => language === "ts")
    .map(({ file, index, code }) => [`${file}-${index}`, code]);
  expect(await compile(folder, Object.fromEntries(modules))).toEqual({ status: 0, stdout: "" });
});

describe("a first call and its variants", () => {
  test.each(
    blocks.filter(
      ({ language, code }) =>
        language === "ts" && /createChatClient\(/.test(code) && !/createTokenProvider|node:test|fromVault/.test(code),
    ),
  )("$place marks messages as read", async ({ file, index, code }) => {
    const before = "const mock = (globalThis.fetch = mockFetch());";
    const after = `console.log("marked", ...mock.requests.map(({ orderId }) => orderId));`;
    expect(await run(`${file}-${index}`, code, after, before)).toContain("marked order-123");
  });
});

describe("access-tokens.md", () => {
  test("the store on node-redis passes on the time to live", async () => {
    const calls = await run(
      "redis",
      blockWith("access-tokens.md", "interface Redis"),
      `const calls = [];
      const call = async (...args) => calls.push(args);
      const store = guide.storeOf({ get: call, set: call, del: call });
      await store.get("key");
      await store.set("key", "value", 5000);
      await store.delete("key");
      console.log(JSON.stringify(calls));`,
    );
    expect(JSON.parse(calls)).toEqual([["key"], ["key", "value", { PX: 5000 }], ["key"]]);
  });

  test("a provider sends the user's own token", async () => {
    const before = `const mock = (globalThis.fetch = mockFetch("accessToken", "messagesRead"));`;
    const after = `console.log(mock.requests.map(({ method }) => method).join());`;
    expect(await run("provider", blockWith("access-tokens.md", "tokens.forUser("), after, before)).toBe("POST,PUT\n");
  });

  test("your own function is called for a fresh token after a 401", async () => {
    const before = `const urls = [];
const marked = mockFetch("unauthorized", "messagesRead");
globalThis.fetch = async (url, init) => {
  if (!String(url).startsWith("https://vault.internal/")) return marked(url, init);
  urls.push(url);
  return new Response("token-" + urls.length);
};`;
    const after = `console.log(urls.join(), marked.requests.map(({ headers }) => headers.authorization).join());`;
    const stdout = await run("vault", blockWith("access-tokens.md", "fromVault"), after, before);
    expect(stdout).toBe(
      "https://vault.internal/instacart-token,https://vault.internal/instacart-token?fresh=true Bearer token-1,Bearer token-2\n",
    );
  });

  test("the encrypted store returns a value only with the same secret and key", async () => {
    const stdout = await run(
      "encrypted",
      blockWith("access-tokens.md", "function encrypted"),
      `const map = new Map();
const store = guide.encrypted(map, Buffer.alloc(32, 1));
await store.set("key", "a token", 1000);
map.set("moved", map.get("key"));
const shown = String([...map]);
const failure = (key, secret) => guide.encrypted(map, Buffer.alloc(32, secret)).get(key).catch(() => "rejected");
console.log(await store.get("key"), await store.get("none"), await failure("key", 2), await failure("moved", 1), shown.includes("a token"));`,
    );
    expect(stdout).toBe("a token undefined rejected rejected false\n");
  });
});

test.each(blocks.filter(({ code }) => code.includes("node:test")))(
  "$place: the unit test passes",
  async ({ index, code }) => {
    const stdout = expect.stringMatching(/^# pass 1$/m);
    expect(await runUnitTest(folder, `guide-${index}`, code)).toEqual({ status: 0, stdout });
  },
);

describe("frameworks.md", () => {
  const mock = `globalThis.fetch = mockFetch("accessToken", "messagesRead", "orderNotFound");`;
  const problem = `const log = console.error; console.error = () => {};`;

  test("the Express route marks messages, and turns an error into a status", async () => {
    const stdout = await run(
      "express",
      blockWith("frameworks.md", 'from "express"').replace("response.locals.userId", '"user-123"'),
      `${problem}
const realFetch = globalThis.fetch;
${mock}
const server = guide.app.listen(0, "127.0.0.1", async () => {
  const at = "http://127.0.0.1:" + server.address().port + "/orders/order-123/messages/read";
  for (let call = 0; call < 2; call += 1) {
    const response = await realFetch(at, { method: "PUT" });
    console.log(response.status, await response.text());
  }
  process.exit(0);
});
await new Promise(() => {});`,
    );
    expect(stdout).toBe('200 {"marked":15}\n502 {"error":"ApiError"}\n');
  });

  test("the Next.js route handler marks messages, and turns an error into a status", async () => {
    const stdout = await run(
      "next",
      blockWith("frameworks.md", "export async function PUT"),
      `${problem}
${mock}
for (let call = 0; call < 2; call += 1) {
  const response = await guide.PUT(new Request("http://localhost/"), { params: Promise.resolve({ orderId: "order-123" }) });
  console.log(response.status, await response.text());
}`,
    );
    expect(stdout).toBe('200 {"marked":15}\n502 {"error":"ApiError"}\n');
  });

  test("the Worker marks messages, turns an error into a status, and serves nothing else", async () => {
    const stdout = await run(
      "worker",
      blockWith("frameworks.md", "export default"),
      `${problem}
${mock}
const env = { INSTACART_CLIENT_ID: "client-123", INSTACART_CLIENT_SECRET: "a-secret" };
for (const [method, path] of [["PUT", "/orders/order%2F1/messages"], ["PUT", "/orders/order-123/messages"], ["GET", "/"]]) {
  const response = await guide.default.fetch(new Request("http://localhost" + path, { method }), env);
  console.log(response.status, await response.text());
}
console.log(globalThis.fetch.requests[1].orderId);`,
    );
    expect(stdout).toBe('200 {"marked":15}\n502 {"error":"ApiError"}\n404 Not found\norder/1\n');
  });
});

test("proxies.md: calls and token requests go through the proxy from the environment", async () => {
  const api = await startApiServer({}, { tls: { cert, key } }); // Plain http to this machine goes through no proxy.
  const tunnels: string[] = [];
  const proxy = createServer().on("connect", ({ url = "" }: IncomingMessage, client) => {
    tunnels.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const server = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      server.pipe(client).pipe(server);
    });
    for (const socket of [server, client]) socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  await writeFile(join(folder, "cert.pem"), cert);
  await run(
    "proxies",
    blockWith("proxies.md", 'proxy: "env"'),
    `await guide.chat.markMessagesAsRead("order-123");`,
    "",
    {
      https_proxy: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      INSTACART_BASE_URL: api.url,
      NODE_EXTRA_CA_CERTS: join(folder, "cert.pem"),
    },
  );
  proxy.closeAllConnections();
  proxy.close();
  await api.close();
  expect(api.requests.map(({ method }) => method)).toEqual(["POST", "PUT"]);
  expect(new Set(tunnels)).toEqual(new Set([new URL(api.url).host]));
});

const commands = blocks.filter(({ language }) => language === "sh").flatMap(({ code }) => code.trim().split("\n"));

test("the guides run the command by the package's name, or once that is installed", () => {
  const isKnown = (command: string) =>
    /^(#|export |npm install (--global )?instacart-post-checkout-chat\b|nohup instacart-chat |tmux new |systemd-run |  --)/.test(
      command,
    ) || /\bnpx (instacart-post-checkout-chat|@stoplight\/prism-cli) /.test(command);
  expect(commands.filter((command) => !isKnown(command))).toEqual([]);
});

/** The results that the guide shows. */
const RESULTS = blocks.find(({ file, language }) => file === "many-orders.md" && language === "json")?.code ?? "";

test.skipIf(process.platform === "win32").each(commands.filter((command) => command.includes(`npx ${NAME} mark-read`)))(
  "%s works",
  async (command) => {
    const server = await startApiServer();
    const ids = Array.from({ length: 502 }, (_, index) => `order-${index + 1}`);
    await writeFile(join(folder, "orders.txt"), ids.join("\n"));
    await writeFile(join(folder, "results.jsonl"), RESULTS);
    const credentials = { INSTACART_CLIENT_ID: "client-123", INSTACART_CLIENT_SECRET: "a-secret" };
    await runShown(folder, command, server.url, credentials).finally(server.close);
    const marked = server.requests.filter(({ method }) => method === "PUT").map(({ path }) => path.split("/")[4]);
    if (command.includes("--dry-run")) expect(marked).toEqual([]);
    else expect(marked.length).toBeGreaterThan(0);
  },
);
