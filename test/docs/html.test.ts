// What the files themselves say, without a browser.
import typescript from "typescript";
import { expect, test } from "vitest";
import { entryPoints } from "../../scripts/build/entry-points.js";
import { root } from "../../scripts/common/paths.js";
import { linkTargets } from "../../scripts/docs/html.js";
import { readExports, uncommented } from "../../scripts/docs/package-reference.js";
import { documentedResponses } from "../../scripts/docs/spec.js";
import { files, pages, read } from "./site.js";

const { version } = JSON.parse(read("openapi.json")).info as { version: string };

test("there is a page for each part of the docs, and the spec to download", () => {
  for (const name of ["index", "http", "errors", "package", "changelog", "limits", "retries"])
    expect(pages).toContain(`${name}.html`);
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
  expect(uncommented(await readExports(entries))).toEqual([
    "index: silent",
    "index: Spoken.silentToo",
    "index: Spoken.silentMethod",
    "index: Thing.constructor",
    "index: Thing.silentAccessor",
    "index: Thing.silentMethod",
    "index: Options.silentOption",
  ]);
});

/** What users can reach of an entry point, as the compiler sees it: exports and their members, which nobody has to list. */
function reachable(entry: string): string[] {
  const options = { target: typescript.ScriptTarget.ES2022, module: typescript.ModuleKind.NodeNext, strict: true };
  const program = typescript.createProgram([root + entry], { ...options, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(root + entry)!)!);
  const names = symbols.map(({ name }) => name);
  return symbols.flatMap((symbol) => {
    const { name } = symbol;
    const isAlias = (symbol.flags & typescript.SymbolFlags.Alias) !== 0;
    const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
    const type = checker.getDeclaredTypeOfSymbol(target);
    const parts = type.isUnion() ? type.types.filter((part) => !names.includes(part.symbol?.name)) : [type];
    const members = parts.flatMap((part) => part.getProperties());
    const own = members.filter((member) => {
      const [declaration] = member.declarations ?? [];
      const owner = declaration?.parent as typescript.NamedDeclaration | undefined;
      const ownerName = owner?.name?.getText() ?? name;
      const isOurs = declaration?.getSourceFile().fileName.startsWith(`${root}src/`) === true;
      const isNever = /^(undefined|never)$/.test(checker.typeToString(checker.getTypeOfSymbol(member)));
      return isOurs && !isNever && /^\w+$/.test(member.name) && (ownerName === name || !names.includes(ownerName));
    });
    const constructors = target.members?.has(typescript.InternalSymbolName.Constructor) ? ["constructor"] : [];
    return [name, ...new Set([...own.map((member) => member.name), ...constructors].map((part) => `${name}.${part}`))];
  });
}

test.each(Object.values(entryPoints))(
  "the reference has every export of %s, with its methods, accessors and options",
  (entry) => {
    const ids = new Set(pages.flatMap((page) => [...read(page).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)));
    const names = reachable(entry);
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !ids.has(name))).toEqual([]);
  },
);

test("optional parameters and those with a default value are shown as optional", () => {
  expect(read("package.md")).toContain("markMessagesAsRead(orderId: string, options?: MarkMessagesAsReadOptions)");
  expect(read("package-undici.md")).toContain("undiciFetch(options?: UndiciFetchOptions)");
});

test("each status, code, example and parameter of the spec has an address", () => {
  for (const { operationId, status, example, body } of documentedResponses()) {
    const id = `${operationId}-${status}`;
    expect(read("http.html")).toContain(` id="${id}"`);
    if (example) expect(read("http.html")).toContain(` id="${id}-${example}"`);
    if (status < 400) continue;
    expect(read("errors.html")).toContain(` id="${id}"`);
    expect(read("errors.html")).toContain(`href="http.html#${id}${example ? `-${example}` : ""}"`);
    const code = (body as { error?: { code?: number } } | undefined)?.error?.code;
    if (code) expect(read("errors.html")).toContain(` id="${id}-${code}"`);
  }
});

test.each(pages.filter((file) => file !== "404.html"))("%s exists as Markdown, which llms.txt lists", (file) => {
  const name = file.replace(".html", ".md");
  const text = read(name)
    .replace(/^```.*?^```/gms, "")
    .replace(/`[^`]*`/g, "");
  expect(text).toMatch(/^# /);
  expect(text).not.toMatch(/<\/?[a-z]+\b[^>]*>|&[a-z]+;|\]\([\w-]+\.html/);
  expect(read("llms.txt")).toContain(`(${name})`);
});

test("the limits are those of README, in its words", () => {
  expect(read("limits.md")).toContain("has never been tested against Instacart's servers");
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
