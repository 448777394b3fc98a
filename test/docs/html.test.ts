// What the files themselves say, without a browser.
import { expect, test } from "vitest";
import { linkTargets } from "../../scripts/docs/html.js";
import { readExports, uncommented } from "../../scripts/docs/package-reference.js";
import { files, pages, read } from "./site.js";

const { version } = JSON.parse(read("openapi.json")).info as { version: string };

test("there is a page for each part of the docs, and the spec to download", () => {
  expect(pages).toEqual(
    expect.arrayContaining([
      "index.html",
      "http.html",
      "errors.html",
      "package.html",
      "changelog.html",
      "retries.html",
    ]),
  );
  expect(files).toEqual(expect.arrayContaining(["openapi.yaml", "openapi.json", "favicon.svg"]));
  expect(read("openapi.yaml")).toContain(`version: ${version}`);
});

test.each(pages)("%s has a doctype, a language, a title, a summary, an icon and one main heading", (file) => {
  const page = read(file);
  expect(page).toMatch(/^<!doctype html>\s*<html lang="en">/);
  expect(page).toMatch(/<title>[^<]{5,}<\/title>/);
  expect(page).toMatch(/<meta name="description" content="[^"]{20,}"/);
  expect(page).toMatch(/<link rel="icon" href="favicon.svg"/);
  expect(page.match(/<h1[ >]/g)).toHaveLength(1);
});

test.each(pages)("every link of %s leads to an existing page, and to an existing place on it", (file) => {
  const links = [...read(file).matchAll(/ href="([^"]+)"/g)].map(([, href = ""]) => href);
  const broken = links.filter((href) => {
    if (/^https:/.test(href)) return false;
    const [path, anchor] = href.split("#");
    const target = path || file;
    return !files.includes(target) || (anchor !== undefined && !read(target).includes(` id="${anchor}"`));
  });
  expect(links.length).toBeGreaterThan(10);
  expect(broken).toEqual([]);
});

test.each(pages)("%s has no duplicate id, and loads only files next to it", (file) => {
  const page = read(file);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  const loaded = [...page.matchAll(/<(?!a\b)\w[^>]*? (?:src|href)="([^"]*)"/g)].map(([, address = ""]) => address);
  expect(loaded.filter((address) => !files.includes(address))).toEqual([]);
});

test("every export of the package has a comment", async () => {
  expect(uncommented(await readExports())).toEqual([]);
});

test("an export without a comment is found and named", async () => {
  const entries = { index: "test/docs/uncommented.ts" };
  expect(uncommented(await readExports(entries))).toEqual(["index: silent", "index: Spoken.silentToo"]);
});

test("names of exports, schemas and operations are links wherever the name is the only code", () => {
  expect(linkTargets.size).toBe(0); // Only a build fills it.
  expect(read("errors.html")).toContain('<a href="package.html#ApiError">ApiError</a>');
  expect(read("retries.html")).not.toContain("{{");
});

test("the icon is visible on light and dark tabs", () => {
  const colours = [...read("favicon.svg").matchAll(/\.bubble \{ fill: (#\w+) \}/g)].map(([, colour = ""]) => colour);
  const backgrounds = ["#ffffff", "#202124"];
  expect(colours).toHaveLength(backgrounds.length);
  colours.forEach((colour, index) => {
    const [high = 0, low = 0] = [colour, backgrounds[index] ?? ""].map(luminance).sort((a, b) => b - a);
    expect((high + 0.05) / (low + 0.05)).toBeGreaterThan(4.5);
  });
});

/** As WCAG defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
