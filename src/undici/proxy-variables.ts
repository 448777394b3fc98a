import { BlockList, isIP } from "node:net";

/** A proxy, and what it is to be told about its user. */
export interface Proxy {
  readonly uri: string;
  readonly token?: string;
}

// In the order in which curl reads them. Unlike curl, but like most programs, it takes HTTP_PROXY for http_proxy as well.
const NAMES = {
  "http:": ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
  "https:": ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
};

const RULE =
  "must be an HTTP proxy as host:port or as a URL, such as http://proxy.example:3128 (SOCKS is not supported); in its user name and password, write special characters percent-encoded, such as %23 for #";

/**
 * Reads the proxy variables as curl does: https and http each have a variable of their own, ALL_PROXY is for both, what is
 * empty is not set, and a proxy without a scheme is an HTTP proxy.
 *
 * @see https://everything.curl.dev/usingcurl/proxies/env.html
 * @returns a function that returns the proxy for a server, or `undefined` if it is reached directly
 * @throws TypeError that names an invalid variable, used or not. It never quotes the value, which may hold a password.
 */
export function readProxyVariables(
  variables: Readonly<Record<string, string | undefined>>,
): (server: URL) => Proxy | undefined {
  const proxies = new Map<string, Proxy>();
  for (const name of Object.values(NAMES).flat())
    if (variables[name]) proxies.set(name, readProxy(name, variables[name]));
  const noProxy = (variables["no_proxy"] || variables["NO_PROXY"]) ?? "";
  return (server) => {
    const names = NAMES[server.protocol === "http:" ? "http:" : "https:"];
    const proxy = names.map((name) => proxies.get(name)).find((proxy) => proxy !== undefined);
    return isLocal(server) || isListed(noProxy, server) ? undefined : proxy;
  };
}

function readProxy(name: string, value: string): Proxy {
  const hasScheme = /^[a-z][\w+.-]*:\//i.test(value);
  const url = hasScheme || /:\d+\/?$/.test(value) ? toUrl(hasScheme ? value : `http://${value}`) : undefined;
  // Where a `#`, `?` or `/` in a password has ended the host, the rest of the password follows it.
  const isCutOff = url && /@|^\/\//.test(url.pathname + url.search + url.hash);
  if (!url || isCutOff || !["http:", "https:"].includes(url.protocol)) throw new TypeError(`${name} ${RULE}`);
  const { origin: uri, username, password } = url;
  if (!username && !password) return { uri };
  return { uri, token: `Basic ${unescaped(`${username}:${password}`).toString("base64")}` };
}

function toUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined; // The platform's own error quotes the value.
  }
}

/** The bytes that percent-encoded ASCII stands for. A `%` that encodes nothing stands for itself, as in curl. */
function unescaped(text: string): Buffer {
  const bytes = text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}

/** Through a proxy, `http` to this machine would take the token over the network, without TLS. */
function isLocal(server: URL): boolean {
  if (server.protocol !== "http:") return false;
  const host = hostOf(server);
  return /^(.+\.)?localhost$/.test(host) || host === "::1" || isInRange("127.0.0.0/8", host);
}

/** Whether NO_PROXY lists a server: by its name or that of a domain, its address, a range of these, or `*`. */
function isListed(noProxy: string, server: URL): boolean {
  const host = hostOf(server);
  const port = server.port || (server.protocol === "http:" ? "80" : "443");
  return noProxy
    .toLowerCase()
    .split(/[\s,]/)
    .some((entry) => {
      const [, name = entry, onlyPort = port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
      const listed = name.replace(/^\*?\.|^\[|\]$|\.$/g, "");
      const isAtOrBelow = listed === "*" || listed === host || host.endsWith(`.${listed}`);
      return onlyPort === port && (isAtOrBelow || isInRange(listed, host));
    });
}

/** Whether a range such as 10.0.0.0/8 contains an address. */
function isInRange(range: string, host: string): boolean {
  const [address = "", bits = ""] = range.split("/");
  const [family, hostFamily] = [familyOf(address), familyOf(host)];
  if (!family || !hostFamily || !/^\d+$/.test(bits) || Number(bits) > (family === "ipv4" ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family);
  return list.check(host, hostFamily);
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  return ({ 4: "ipv4", 6: "ipv6" } as const)[isIP(address)];
}

/** The host as a name or an address, without the brackets of IPv6. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$|\.$/g, "");
}
