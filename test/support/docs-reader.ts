// Opens the docs page in Chromium, without a network, and reads it as a person would.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { findChromium, launchChromium } from "../../scripts/docs/chromium.js";
import { operations } from "../../scripts/shared/spec.js";
import { docsPage } from "../../scripts/shared/paths.js";

const URL_OF_PAGE = pathToFileURL(docsPage).href;
const STEP_PIXELS = 600;
const STEP_MS = 20_000;

export async function startChromium(): Promise<Browser> {
  if (!existsSync(docsPage)) throw new Error("test:docs needs docs/index.html; run `npm run docs`");
  return launchChromium(await findChromium());
}

/** The page as it is open in a window of its own, and what went wrong there. */
export interface DocsReader {
  readonly page: Page;
  /** Errors on the console, uncaught ones, and requests that leave the page. */
  readonly problems: string[];
  /** The part of the page that an operation takes. */
  operation(operationId: string): Locator;
  close(): Promise<void>;
}

export async function openDocs(browser: Browser, width: number): Promise<DocsReader> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, offline: true });
  context.setDefaultTimeout(STEP_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (url !== URL_OF_PAGE && !/^(data|blob):/.test(url)) problems.push(`request: ${url}`);
  });
  await page.goto(URL_OF_PAGE);
  await scrollThrough(page);
  return {
    page,
    problems,
    operation: (operationId) => page.locator(`[data-section-id$="/${operationId.toLowerCase()}"]`),
    close: () => context.close(),
  };
}

/** Redoc renders a part of the page when a reader comes near it. */
async function scrollThrough(page: Page): Promise<void> {
  const ends = page.locator(".panel-response-samples");
  while ((await ends.count()) < operations().length) {
    await page.mouse.wheel(0, STEP_PIXELS);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  await ends.last().scrollIntoViewIfNeeded();
}

/** Chooses from a menu that a button opens. */
export async function choose(page: Page, button: Locator, name: string): Promise<void> {
  await button.click();
  await page.getByRole("menuitem", { name, exact: true }).click();
}

/** Markdown as it reads, one paragraph or list item an entry. */
export function readingOf(markdown: string): string[] {
  const blocks = markdown.split(/\n\n|\n(?=- )/);
  return blocks.map((block) =>
    block
      .replace(/^(#+|-) /, "")
      .replace(/\*\*|`|(?<!\w)\*|\*(?!\w)/g, "")
      .trim(),
  );
}
