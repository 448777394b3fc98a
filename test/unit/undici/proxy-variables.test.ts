import { describe, expect, test } from "vitest";
import { readProxyVariables } from "../../../src/undici/proxy-variables.js";

const PROXY = "http://proxy.example:3128";
const proxyFor = (variables: Record<string, string>, server: string) =>
  readProxyVariables(variables)(new URL(server))?.uri;

test.each<[string, Record<string, string>, string | undefined, string | undefined]>([
  ["https_proxy is for https only", { https_proxy: PROXY }, PROXY, undefined],
  ["http_proxy is for http only", { http_proxy: PROXY }, undefined, PROXY],
  ["upper case does the same", { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY }, PROXY, PROXY],
  ["lower case wins", { https_proxy: PROXY, HTTPS_PROXY: "http://other:1" }, PROXY, undefined],
  ["what is empty is not set", { https_proxy: "", HTTPS_PROXY: PROXY }, PROXY, undefined],
  ["all_proxy is for both", { all_proxy: PROXY }, PROXY, PROXY],
  ["ALL_PROXY does the same", { ALL_PROXY: PROXY }, PROXY, PROXY],
  ["ALL_PROXY gives way to the others", { ALL_PROXY: "http://other:1", https_proxy: PROXY }, PROXY, "http://other:1"],
])("as in curl, %s", (_, variables, https, http) => {
  expect(proxyFor(variables, "https://api.example")).toBe(https);
  expect(proxyFor(variables, "http://api.example")).toBe(http);
});

test.each<[string, string, string?]>([
  ["127.0.0.1:3128", "http://127.0.0.1:3128"],
  ["proxy.example:3128/", PROXY],
  ["[::1]:3128", "http://[::1]:3128"],
  ["HTTP://Proxy.Example:3128/any/path", PROXY],
  ["https://proxy.example", "https://proxy.example"],
  ["user:secret@proxy.example:3128", PROXY, "user:secret"],
  ["http://user@proxy.example:3128", PROXY, "user:"],
  ["http://user:a%23b%2Fc@proxy.example:3128", PROXY, "user:a#b/c"],
  ["http://us%40er:100%@proxy.example:3128", PROXY, "us@er:100%"],
  ["http://user:p@ss@proxy.example:3128", PROXY, "user:p@ss"],
  ["http://user:gr%C3%BCn ß@proxy.example:3128", PROXY, "user:grün ß"],
])("%s is the proxy %s with the user %s", (value, uri, user) => {
  const proxy = readProxyVariables({ HTTPS_PROXY: value })(new URL("https://api.example"));
  const token = user && `Basic ${Buffer.from(user).toString("base64")}`;
  expect(proxy).toEqual({ uri, ...(token && { token }) });
});

test.each([
  "proxy",
  "true",
  "proxy.example",
  "http://",
  "http://proxy.example:99999",
  "http://http://proxy.example:3128",
  "http://user:hunter2secret#1@127.0.0.1:3128",
  "http://user:12#hunter2secret@127.0.0.1:3128",
  "http://user:12/hunter2secret@127.0.0.1:3128",
  "user:hunter2secret?@127.0.0.1:3128",
  "user:12/hunter2secret",
  "socks5://user:hunter2secret@127.0.0.1:1080",
  "ftp://proxy.example:21",
  " http://proxy.example:3128",
])("%j is invalid in each variable, used or not, and the error names the variable but quotes nothing", (value) => {
  for (const name of ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]) {
    const valid = { https_proxy: PROXY, http_proxy: PROXY, no_proxy: "*" };
    let error: unknown;
    try {
      readProxyVariables({ ...valid, [name]: value });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(
      `: ${name} must be an HTTP proxy as host:port or as a URL, such as ${PROXY} (SOCKS`,
    );
    expect(Object.getOwnPropertyNames(error).sort()).toEqual(["message", "stack"]);
    expect(String((error as Error).stack)).not.toMatch(/hunter2|:1080|99999/);
  }
});

describe("NO_PROXY", () => {
  test.each<[string, string, boolean]>([
    ["*", "https://api.example", true],
    ["api.example", "https://api.example", true],
    ["API.Example", "https://api.example", true],
    ["example", "https://api.example", true],
    [".example", "https://api.example", true],
    ["*.example", "https://api.example.", true],
    ["other.test,\tapi.example", "https://api.example", true],
    ["pi.example", "https://api.example", false],
    ["api.example.test", "https://api.example", false],
    ["", "https://api.example", false],
    [", ,", "https://api.example", false],
    ["api.example:443", "https://api.example", true],
    ["api.example:8443", "https://api.example", false],
    ["api.example:8443", "https://api.example:8443", true],
    ["10.1.2.3", "https://10.1.2.3", true],
    ["10.0.0.0/8", "https://10.1.2.3", true],
    ["10.0.0.0/8", "https://11.1.2.3", false],
    ["10.0.0.0/8", "https://10.example", false],
    ["10.0.0.0/33,10.0.0.0/x8,10.0.0.0/8x,a/8", "https://10.1.2.3", false],
    ["10.1.2.3/32", "https://10.1.2.3", true],
    ["fd00::/64", "https://[fd00::1]", true],
    ["api.example.", "https://api.example", true],
    ["api.example:80", "http://api.example", true],
    ["api.example:443x", "https://api.example", false],
    ["::1", "https://[::1]", true],
    ["[::1]:443", "https://[::1]", true],
    ["fd00::/8", "https://[fd12::1]", true],
  ])("%j, and %s is reached directly: %s", (list, server, isDirect) => {
    expect(proxyFor({ all_proxy: PROXY, NO_PROXY: list }, server)).toBe(isDirect ? undefined : PROXY);
    expect(proxyFor({ all_proxy: PROXY, NO_PROXY: list, no_proxy: "other.test" }, server)).toBe(PROXY);
  });
});

test.each([
  ["http://localhost:8080", true],
  ["http://api.localhost", true],
  ["http://127.1.2.3", true],
  ["http://[::1]:8080", true],
  ["http://[::ffff:127.0.0.1]", true],
  ["http://localhost.example", false],
  ["http://notlocalhost", false],
  ["http://128.0.0.1", false],
  ["https://localhost:8443", false],
])("http to a loopback host goes through no proxy: %s, %s", (server, isDirect) => {
  expect(proxyFor({ all_proxy: PROXY }, server)).toBe(isDirect ? undefined : PROXY);
});
