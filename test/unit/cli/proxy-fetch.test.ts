import { expect, test } from "vitest";
import { proxyFetch } from "../../../src/cli/proxy-fetch.js";

test("without a proxy in the environment, it is the fetch of the platform", async () => {
  expect(await proxyFetch({ env: { NO_PROXY: "a", HTTPS_PROXY: "" } })).toBe(globalThis.fetch);
});

test.each(["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"])("with %s, it is undiciFetch", async (name) => {
  const fetch = await proxyFetch({ env: { [name]: "http://127.0.0.1:2" } });
  expect(fetch).toHaveProperty("close");
});
