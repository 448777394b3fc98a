// Opens the docs in Chromium: from the folder, or from a server that compresses and serves under a sub-path.
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { createGzip } from "node:zlib";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { findChromium, launchChromium } from "../../scripts/docs/chromium.js";
import { root } from "../../scripts/common/paths.js";

const folder = join(root, "docs");
if (!existsSync(join(folder, "index.html"))) throw new Error("these tests read docs/; run `npm run docs`");

export const files = readdirSync(folder).sort();
export const pages = files.filter((file) => file.endsWith(".html"));
export const read = (file: string) => readFileSync(join(folder, file), "utf8");
export const folderUrl = pathToFileURL(`${folder}/`).href;

const SUB_PATH = "/some/sub-path/";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".yaml": "application/yaml",
  ".md": "text/markdown",
  ".txt": "text/plain",
  ".xml": "application/xml",
};

export interface Site {
  readonly url: string;
  /** The paths that were not found. */
  readonly missing: string[];
  close(): Promise<void>;
}

export async function serve(): Promise<Site> {
  const missing: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    const path = decodeURIComponent(url.replace(/[?#].*/, ""));
    const file = path.startsWith(SUB_PATH) ? path.slice(SUB_PATH.length) || "index.html" : undefined;
    if (!file || !files.includes(file)) {
      missing.push(path);
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "Content-Type": TYPES[extname(file)], "Content-Encoding": "gzip" });
    createReadStream(join(folder, file)).pipe(createGzip()).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${SUB_PATH}`,
    missing,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const startBrowser = async (): Promise<Browser> => launchChromium(await findChromium());

export interface Reader {
  readonly page: Page;
  /** Errors on the console, uncaught ones, and requests beyond the site. */
  readonly problems: string[];
  close(): Promise<void>;
}

export async function openPage(browser: Browser, url: string, options?: BrowserContextOptions): Promise<Reader> {
  const reader = await openEmptyPage(browser, new URL(".", url).href, options);
  await reader.page.goto(url);
  return reader;
}

/** @param home what no request may leave */
export async function openEmptyPage(
  browser: Browser,
  home: string,
  options: BrowserContextOptions = {},
): Promise<Reader> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  context.on("request", (request) => {
    if (!request.url().startsWith(home)) problems.push(`request: ${request.url()}`);
  });
  return { page, problems, close: () => context.close() };
}

/** Text without white space, so that it does not matter where lines break. */
export const packed = (text: string) => text.replace(/\s+/g, "");
