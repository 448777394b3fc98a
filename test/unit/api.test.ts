import { afterEach, describe, expect, test, vi } from "vitest";
import { createChatClient } from "../../src/index.js";
import { stubFetch } from "../support/stub-fetch.js";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe("User-Agent", () => {
  const NAMED = /^instacart-post-checkout-chat\/\d+\.\d+\.\d+$/;
  const node = { versions: { node: "20.19.0" } };

  test.each<[string, { process?: unknown; navigator?: unknown; document?: unknown }]>([
    ["Node", { process: node }],
    ["Node with a navigator", { process: node, navigator: { userAgent: "Node.js/22" } }],
    ["Deno", { navigator: { userAgent: "Deno/2.5.0" } }],
    ["Bun", { navigator: { userAgent: "Bun/1.3" } }],
    ["workerd", { navigator: { userAgent: "Cloudflare-Workers" } }],
    ["a server whose process is a stand-in", { process: {}, navigator: { userAgent: "Node.js/22" } }],
  ])("names the package on %s", async (_, globals) => {
    expect(await userAgentWith(globals)).toMatch(NAMED);
  });

  test.each<[string, { process?: unknown; navigator?: unknown; document?: unknown }]>([
    ["a browser", { navigator: { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" }, document: {} }],
    ["a browser's worker", { navigator: { userAgent: "Mozilla/5.0 Bun Deno Node" } }],
    ["Electron, or a test with a DOM", { process: node, document: {} }],
    ["a bundle with a stand-in for process", { process: {}, navigator: { userAgent: "Mozilla/5.0" } }],
    ["React Native", { navigator: {} }],
    ["an unknown runtime", {}],
  ])("is left to %s", async (_, globals) => {
    expect(await userAgentWith(globals)).toBeUndefined();
  });

  async function userAgentWith(globals: { process?: unknown; navigator?: unknown; document?: unknown }) {
    const { fetch, requests } = stubFetch();
    for (const name of ["process", "navigator", "document"] as const) vi.stubGlobal(name, globals[name]);
    const chat = createChatClient({ accessToken: "t", fetch });
    await chat.markMessagesAsRead("a");
    return requests[0]?.headers["user-agent"];
  }
});

describe("cache", () => {
  test.each<[string, unknown, string | undefined]>([
    ["no-store on this platform", Request, "no-store"],
    ["no-store where there is no Request, since fetch is the caller's own", undefined, "no-store"],
    ["left out where Request rejects it", RequestWithoutCache, undefined],
  ])("is %s, and the platform is asked once", async (_, platformRequest, cache) => {
    const constructed = vi.fn();
    const Counted =
      platformRequest &&
      new Proxy(platformRequest as typeof Request, {
        construct(target, args: ConstructorParameters<typeof Request>) {
          constructed();
          return new target(...args);
        },
      });
    vi.stubGlobal("Request", Counted);
    vi.resetModules();
    const { createChatClient } = await import("../../src/index.js");
    const { fetch, requests } = stubFetch();
    const chat = createChatClient({ accessToken: "t", fetch });
    await chat.markMessagesAsRead("a");
    await chat.markMessagesAsRead("b");
    expect(requests.map(({ init }) => init.cache)).toEqual([cache, cache]);
    expect(constructed).toHaveBeenCalledTimes(platformRequest ? 1 : 0);
  });
});

/** Like that of workerd before 2024-11. */
class RequestWithoutCache {
  constructor(_url: string, { cache }: RequestInit) {
    if (cache === "no-store") throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
  }
}
