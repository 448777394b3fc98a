import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { extractText, getDocumentProxy } from "unpdf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentedOperations, documentedResponses } from "../../scripts/docs/spec.js";
import { folderUrl, openEmptyPage, openPage, packed, pages, read, serve, startBrowser, type Site } from "./site.js";
import { specWords } from "./spec-words.js";

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([startBrowser(), serve()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), site?.close()]);
});

/** The words of the spec that a text does not have. */
const missingFrom = (text: string) => {
  const found = packed(text);
  return specWords().filter((word) => !found.includes(packed(word.text)));
};

describe("the HTTP reference", () => {
  test("the spec has words to search for", () => {
    const texts = specWords().map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(250);
    expect(texts).toEqual(
      expect.arrayContaining(["4001", "messages_read_count", "bearer", "X-Retailer-Id", "orderNotFound"]),
    );
  });

  test.each([true, false])(
    "shows everything in the spec without scrolling; scripts run: %s",
    async (javaScriptEnabled) => {
      const { page, problems, close } = await openPage(browser, `${folderUrl}http.html`, { javaScriptEnabled });
      const text = await page.locator("main").innerText();
      await close();
      expect(missingFrom(text)).toEqual([]);
      expect(problems).toEqual([]);
    },
  );

  test("prints every operation, status and example, and no buttons", async () => {
    const { page, close } = await openPage(browser, `${folderUrl}http.html`, { colorScheme: "dark" });
    const pdf = await getDocumentProxy(new Uint8Array(await page.pdf({ format: "A4" })));
    await close();
    const { text, totalPages } = await extractText(pdf, { mergePages: true });
    expect(missingFrom(text)).toEqual([]);
    expect(text).not.toContain("Copy");
    expect(totalPages).toBeLessThan(40);
  });

  const responses = documentedResponses().map(({ operationId, status, example }) =>
    [operationId, status, example].filter((part) => part !== undefined).join("-"),
  );
  test("a link to any response, operation or example opens on it", async () => {
    const { page, close } = await openPage(browser, `${site.url}http.html`);
    const ids = [...documentedOperations().map(({ operationId }) => operationId), ...responses];
    for (const id of ids) {
      await page.goto("about:blank");
      await page.goto(`${site.url}http.html#${id}`);
      const top = await page.locator(`[id="${id}"]`).evaluate((element) => element.getBoundingClientRect().top);
      expect(top, id).toBeGreaterThanOrEqual(60); // Below the header.
      expect(top, id).toBeLessThan(900);
    }
    await close();
  });
});

test("the error catalogue has a row for each documented error", async () => {
  const { page, close } = await openPage(browser, `${folderUrl}errors.html`);
  for (const { operationId, status, example } of documentedResponses().filter(({ status }) => status >= 400)) {
    const target = `http.html#${operationId}-${status}${example ? `-${example}` : ""}`;
    expect(await page.locator(`tr:has(a[href="${target}"])`).count(), target).toBeGreaterThan(0);
  }
  await close();
});

describe.each(["folder", "server"])("from a %s", (place) => {
  const home = () => (place === "folder" ? folderUrl : site.url);

  test.each(pages)("%s loads without an error or a request beyond the site", async (file) => {
    const { page, problems, close } = await openPage(browser, home() + file);
    expect(await page.evaluate(() => document.compatMode)).toBe("CSS1Compat");
    await page.locator("input[type=search]").fill("token");
    await page.locator(".results li").first().waitFor();
    expect(problems).toEqual([]);
    expect(site.missing).toEqual([]);
    await close();
  });

  test("links open in new tabs", async () => {
    const { page, problems, close } = await openPage(browser, `${home()}index.html`);
    const links = await page.locator("main a, #menu a:not([download])").all();
    for (const link of links.slice(0, 24)) {
      if (await link.evaluate((element) => element.hasAttribute("download"))) continue;
      const [tab] = await Promise.all([page.context().waitForEvent("page"), link.click({ modifiers: ["Control"] })]);
      await tab.waitForLoadState();
      expect(await tab.locator("h1").count(), tab.url()).toBe(1);
      await tab.close();
    }
    expect(problems).toEqual([]);
    await close();
  });

  test("the search finds codes, names and words, and opens what it found", async () => {
    const { page, close } = await openPage(browser, `${home()}index.html`);
    for (const [query, target] of [
      ["4001", /errors\.html|http\.html#markMessagesAsRead-400/],
      ["messages_read_count", /http\.html/],
      ["maxRetryDelayMs", /package\.html#|retries\.html/],
      ["retrys", /retries\.html/], // misspelt
    ] as const) {
      await page.locator("input[type=search]").fill(query);
      await page.locator(".results li a").first().waitFor();
      const targets = await page
        .locator(".results li a")
        .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
      expect(
        targets.some((href) => target.test(href ?? "")),
        `${query}: ${targets}`,
      ).toBe(true);
    }
    await page.locator("input[type=search]").fill("4001");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#/);
    await close();
  });
});

test("the search says when it finds nothing", async () => {
  const { page, close } = await openPage(browser, `${site.url}index.html`);
  await page.locator("input[type=search]").fill("zzzzqqqq");
  await page.getByText("No results").waitFor();
  await close();
});

test("a copy button copies the code beside it, and nothing else", async () => {
  const { page, close } = await openPage(browser, `${site.url}http.html`, {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const [operation] = documentedOperations();
  const [sample] = operation["x-codeSamples"];
  await page.locator(`#${operation.operationId}-samples ~ figure .copy`).first().click();
  await page.getByText("Copied").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(sample.source.trim());
  await close();
});

test("without scripts, no button or search is shown that does nothing", async () => {
  const { page, close } = await openPage(browser, `${folderUrl}index.html`, { javaScriptEnabled: false });
  expect(await page.locator("button.copy:visible, search:visible").count()).toBe(0);
  await close();
});

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  test.each([1280, 768, 390])(
    "at %i pixels, axe finds no problem on any page, and all text is inside the window and large enough",
    { timeout: 600_000 },
    async (width) => {
      const { page, close } = await openEmptyPage(browser, folderUrl, {
        colorScheme,
        viewport: { width, height: 900 },
      });
      const check = async (place: string) => {
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate(
          (values) => (globalThis as any).axe.run({ runOnly: { type: "tag", values } }),
          TAGS,
        );
        expect(passes.length).toBeGreaterThan(10);
        expect(violations.map(({ id, nodes }: any) => `${place}: ${id}: ${nodes[0].html}`)).toEqual([]);
      };
      for (const file of pages) {
        await page.goto(folderUrl + file);
        expect(await page.evaluate(badText), file).toEqual({ overflow: 0, cut: [], small: [] });
        await check(file);
      }
      if (width < 960) {
        await page.getByRole("button", { name: "Menu" }).click();
        await check("the menu");
        await page.keyboard.press("Escape");
      }
      await page.locator("input[type=search]").fill("token");
      await page.locator(".results li").first().waitFor();
      await check("the search");
      await close();
    },
  );
});

/** Runs in the page. */
function badText() {
  const elements = [...document.querySelectorAll<HTMLElement>("body *")].filter(
    (element) => element.checkVisibility() && element.innerText?.trim() && element.closest("thead") === null,
  );
  const shown = (element: HTMLElement) => `${element.tagName} ${element.innerText.slice(0, 60)}`;
  const isLeaf = (element: HTMLElement) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
  return {
    overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    cut: elements.filter((element) => element.getBoundingClientRect().right > innerWidth + 1).map(shown),
    small: elements
      .filter(
        (element) =>
          isLeaf(element) &&
          Number(parseFloat(getComputedStyle(element).fontSize).toFixed(1)) < 12 &&
          element.className !== "brand",
      )
      .map(shown),
  };
}

test("the keyboard alone reaches every link and button of a page, in order, and each shows its focus", async () => {
  const { page, close } = await openPage(browser, `${site.url}retries.html`);
  const targets = await page.locator("a, button, input").evaluateAll((elements) => {
    const visible = elements.filter((element) => element.checkVisibility());
    visible.forEach((element, index) => element.setAttribute("data-order", String(index)));
    return visible.length;
  });
  const reached = [];
  for (let step = 0; step < targets; step += 1) {
    await page.keyboard.press("Tab");
    reached.push(
      await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement!);
        return [document.activeElement?.getAttribute("data-order"), outlineStyle, parseFloat(outlineWidth) >= 2];
      }),
    );
  }
  expect(reached).toEqual(Array.from({ length: targets }, (_, index) => [String(index), "solid", true]));
  await close();
});

test("the keyboard alone skips to the content, searches, and opens the menu on a narrow screen", async () => {
  const { page, close } = await openPage(browser, `${site.url}index.html`, { viewport: { width: 390, height: 900 } });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
  await page.getByRole("button", { name: "Menu" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest("nav")?.id)).toBe("menu");
  await page.keyboard.press("Escape");
  expect(await page.locator("#menu").isVisible()).toBe(false);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("4001");
  await page.locator(".results li").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/(errors|http)\.html#/);
  await close();
});

const MAX_RUNS = 5; // A busy machine only makes a page slower: one run in time shows what the page itself takes.

test.each(["index.html", "http.html"])(
  "%s paints within a second on a slow phone, and loads at most 300 kB",
  async (file) => {
    const times: number[] = [];
    for (let run = 0; run < MAX_RUNS && !times.some((time) => time < 1_000); run += 1) {
      const { page, close } = await openEmptyPage(browser, site.url, { viewport: { width: 390, height: 844 } });
      const devtools = await page.context().newCDPSession(page);
      await devtools.send("Network.enable");
      const throughput = 1_600_000 / 8;
      await devtools.send("Network.emulateNetworkConditions", {
        offline: false,
        latency: 150,
        downloadThroughput: throughput,
        uploadThroughput: throughput,
      });
      await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
      const loaded = new Set<string>();
      page.on("response", (response) => loaded.add(response.url().slice(site.url.length)));
      await page.goto(site.url + file);
      const paint = await page.waitForFunction(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
      );
      times.push((await paint.jsonValue()) ?? Infinity);
      const bytes = [...loaded].reduce((sum, name) => sum + gzipSync(read(name)).length, 0);
      expect([...loaded]).toContain("site.js");
      expect(bytes).toBeLessThan(300_000);
      await close();
      console.log(
        `${file}: first contentful paint ${Math.round(times.at(-1) ?? 0)} ms, ${bytes} bytes in ${loaded.size} files`,
      );
    }
    expect(Math.min(...times)).toBeLessThan(1_000);
  },
);
