import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { createChatClient } from "../../../src/index.js";
import { UsageError } from "../../../src/cli/exit-status.js";
import { proxyFetch } from "../../../src/cli/proxy-fetch.js";

afterEach(() => void vi.unstubAllEnvs());

test("without a proxy in the environment, it is the fetch of the platform", async () => {
  const env = { NO_PROXY: "a", HTTPS_PROXY: "", MY_HTTPS_PROXY: "http://a", HTTPS_PROXY_CA: "http://a" };
  expect(await proxyFetch({ env })).toBe(globalThis.fetch);
});

test.each(["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"])(
  "with %s, it is undiciFetch",
  async (name) => {
    const fetch = await proxyFetch({ env: { PATH: "/", [name]: "http://127.0.0.1:2" } });
    expect(fetch).toHaveProperty("close");
  },
);

test("an invalid variable is a usage error that names it", async () => {
  vi.stubEnv("HTTPS_PROXY", "a proxy");
  const error = await proxyFetch({ env: { HTTPS_PROXY: "a proxy" } }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect(error).toHaveProperty("message", expect.stringMatching(/^HTTPS_PROXY must be /));
});

test("it asks the proxy for a connection to the server", async () => {
  const asked: string[] = [];
  const proxy = createServer().on("connect", ({ url = "" }, socket) => {
    asked.push(url);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  for (const name of ["HTTPS_PROXY", "https_proxy"]) vi.stubEnv(name, url);
  for (const name of ["NO_PROXY", "no_proxy"]) vi.stubEnv(name, "");
  try {
    const fetch = await proxyFetch({ env: { HTTPS_PROXY: url } });
    const chat = createChatClient({ accessToken: "t", baseUrl: "https://server.example", fetch, maxRetries: 0 });
    await expect(chat.markMessagesAsRead("order-1")).rejects.toThrow();
    expect(asked).toEqual(["server.example:443"]);
  } finally {
    proxy.close();
  }
});
