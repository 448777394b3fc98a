import { type Browser, type Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { spec, nameOf, operations, documentedResponses, requestExamples, resolve } from "../../scripts/shared/spec.js";
import type { Operation } from "../../scripts/shared/spec-queries.js";
import { choose, openDocs, readingOf, startChromium, type DocsReader } from "../support/docs-reader.js";

const SMALLEST_TEXT_PIXELS = 12;

let browser: Browser;
let reader: DocsReader;
beforeAll(async () => {
  browser = await startChromium();
  reader = await openDocs(browser, 1280);
});
afterAll(async () => {
  await reader?.close();
  await browser?.close();
});

test("the page has a title, a language, a summary for search engines and an icon of its own", async () => {
  const { page } = reader;
  expect(await page.title()).toBe(`${spec.info.title}: unofficial API reference`);
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  expect(await page.locator('meta[name="description"]').getAttribute("content")).toBe(spec.info.summary);
  const icon = (await page.locator('link[rel="icon"]').getAttribute("href")) ?? "";
  const size = await page.evaluate(async (src) => {
    const image = Object.assign(new Image(), { src });
    await image.decode();
    return [image.width, image.height];
  }, icon);
  expect(icon).toMatch(/^data:image\/svg\+xml,/);
  expect(size[0]).toBeGreaterThan(0);
});

test("a reader sees what the whole description says of itself", async () => {
  const text = await textOf(reader.page.locator("main"));
  for (const part of readingOf(spec.info.description)) expect(text).toContain(part);
  for (const { url } of spec.servers) expect(text).toContain(url);
});

describe.each(operations())("$operationId", (operation) => {
  const section = () => reader.operation(operation.operationId);
  const request = () => section().locator(".panel-request-samples");
  const response = () => section().locator(".panel-response-samples");

  test("has its method, its path and what it does", async () => {
    const text = await textOf(section());
    const { method, path } = placeOf(operation);
    for (const part of [operation.summary, path, ...readingOf(operation.description)]) expect(text).toContain(part);
    expect(await request().locator(".tag-default").first().innerText()).toBe(method.toUpperCase());
  });

  test("has each parameter, with its examples", async () => {
    for (const reference of operation.parameters ?? []) {
      const { name, required, schema, examples, description } = resolve(reference);
      const property = section().locator(".schema-property-item", {
        has: reader.page.getByText(name, { exact: true }),
      });
      const text = await textOf(property);
      expect(await property.getByText("required", { exact: true }).count(), name).toBe(required ? 1 : 0);
      for (const { value } of Object.values(examples)) expect(text).toContain(String(value));
      // Of alternatives, Redoc shows their own descriptions.
      if (schema.type) for (const part of readingOf(description)) expect(text).toContain(part);
    }
  });

  test("has each example of a request's body", async () => {
    const examples = requestExamples().filter(({ operationId }) => operationId === operation.operationId);
    for (const { summary, body } of examples) {
      await choose(
        reader.page,
        request().locator('[data-component-name="Panel/PanelHeader"] button').last(),
        "Payload",
      );
      await choose(reader.page, request().getByRole("button", { name: "Example" }), summary);
      expect(JSON.parse(await request().locator("pre").innerText())).toEqual(body);
    }
  });

  test("has each code sample", async () => {
    for (const { lang, label = lang, source } of operation["x-codeSamples"]) {
      await choose(reader.page, request().locator('[data-component-name="Panel/PanelHeader"] button').last(), label);
      expect((await request().locator("pre").innerText()).trim()).toBe(source.trim());
    }
  });

  const answers = documentedResponses().filter(({ operationId }) => operationId === operation.operationId);
  test.each(answers.map((answer) => [nameOf(answer), answer] as const))("has %s", async (_, answer) => {
    const { status, summary, body } = answer;
    await section()
      .getByRole("tab", { name: String(status) })
      .click();
    const text = await textOf(section());
    const { description: meaning } = resolve(operation.responses[status]!);
    for (const part of readingOf(meaning)) expect(text).toContain(part);
    if (summary === undefined) return;
    await response()
      .getByRole("button", { name: String(status) })
      .click();
    const menu = response().getByRole("button", { name: "Example" });
    if ((await menu.count()) > 0) await choose(reader.page, menu, summary); // One example needs no menu.
    expect(JSON.parse(await response().locator("pre").innerText())).toEqual(body);
  });
});

test("a reader finds an error code by searching for it", async () => {
  const { page } = reader;
  await page.getByTestId("search-trigger").click();
  await page.keyboard.type("4001");
  await page.getByText("Code 4001 with the message").first().waitFor();
  await page.keyboard.press("Escape");
});

test("none of this made an error, or a request that leaves the page", () => {
  expect(reader.problems).toEqual([]);
});

test.each([1280, 390])("at a width of %i pixels, all text is in the window, whole, and large enough", async (width) => {
  const { page, close } = await openDocs(browser, width);
  const found = await page.evaluate((smallest) => {
    const elements = [...document.querySelectorAll<HTMLElement>("#redoc *")].filter(
      (element) => element.innerText?.trim() && element.checkVisibility(),
    );
    const isLeaf = (element: HTMLElement) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE);
    const shown = (element: HTMLElement) => element.innerText.slice(0, 60);
    return {
      texts: elements.length,
      overflow: document.documentElement.scrollWidth - innerWidth,
      cut: elements
        .filter((element) => {
          const { overflowX } = getComputedStyle(element);
          return overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
        })
        .map(shown),
      small: elements
        .filter((element) => isLeaf(element) && parseFloat(getComputedStyle(element).fontSize) < smallest)
        .map(shown),
    };
  }, SMALLEST_TEXT_PIXELS);
  await close();
  expect(found).toEqual({ texts: expect.any(Number), overflow: 0, cut: [], small: [] });
  expect(found.texts).toBeGreaterThan(100);
});

function placeOf({ operationId }: Operation): { method: string; path: string } {
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (operation.operationId === operationId) return { method, path };
    }
  }
  throw new Error(`${operationId} is not in the description`);
}

/** What an element says, with its white space as one space each, where the reader may look for it or not yet. */
async function textOf(element: Locator): Promise<string> {
  const texts = await element.allTextContents();
  return texts.join(" ").replace(/\s+/g, " ");
}
