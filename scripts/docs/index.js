// Writes docs/: the site that is published. Everything is rendered here; scripts only add the search and the copy buttons.
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { fail, rejectArguments } from "../common/fail.js";
import { generatedFolder, root, specFile } from "../common/paths.js";
import { errorCatalogue, loadPackage, retriedStatuses } from "./error-catalogue.js";
import { linkTargets, markdown } from "./html.js";
import { httpReference, httpTargets } from "./http-reference.js";
import { exportTargets, packageReference, readExports, summariesOf, uncommented } from "./package-reference.js";
import { renderPage } from "./page.js";
import { searchSections } from "./search-index.js";

/** In the order of the menu. */
const GUIDES = ["access-tokens", "retries", "testing", "many-orders", "proxies", "frameworks", "contract-check"];

const here = fileURLToPath(new URL(".", import.meta.url));
const docsFolder = join(root, "docs");
const require = createRequire(import.meta.url);

rejectArguments("docs");
try {
  const menu = await renderMenu();
  const pages = menu.flatMap(({ pages }) => pages);
  const source = await readFile(join(here, "style.css"), "utf8");
  const { code: style } = await transform(source, { loader: "css", minify: true });
  /** @type {[string, string | Buffer][]} */
  const files = [
    ...pages.map((page) => /** @type {[string, string]} */ ([page.file, renderPage(page, menu, style)])),
    ["search.js", await searchScript(pages)],
    ["openapi.yaml", await readFile(specFile)],
    ["openapi.json", await readFile(join(generatedFolder, "openapi.json"))],
  ];
  // Until here nothing was written: the old site stays when the new one cannot be built.
  await rm(docsFolder, { recursive: true, force: true });
  await cp(join(here, "assets"), docsFolder, { recursive: true });
  await Promise.all(files.map(([file, content]) => writeFile(join(docsFolder, file), content)));
  console.log(`docs: wrote ${pages.length} pages to docs/; open docs/index.html`);
} catch (error) {
  fail("docs", error);
}

/** @returns {Promise<import("./page.js").Menu>} */
async function renderMenu() {
  const modules = await readExports();
  const missing = uncommented(modules);
  if (missing.length > 0) throw new Error(`these exports have no comment:\n  ${missing.join("\n  ")}`);
  for (const [name, target] of [...httpTargets(), ...exportTargets(modules)]) linkTargets.set(name, target);

  const client = await loadPackage();
  const { version } = require(join(root, "package.json"));
  const facts = { "retried statuses": (await retriedStatuses(client)).join(", "), version };
  const text = (/** @type {string} */ path) => readFile(join(root, path), "utf8");
  const guides = await Promise.all(
    GUIDES.map(async (name) => markdownPage(`${name}.html`, await text(`scripts/docs/guides/${name}.md`), facts)),
  );
  const unlisted = (await readdir(join(here, "guides"))).filter(
    (file) => !["index.md", ...GUIDES.map((name) => `${name}.md`)].includes(file),
  );
  if (unlisted.length > 0) throw new Error(`scripts/docs/index.js does not list the guide ${unlisted.join(", ")}`);
  const home = markdownPage("index.html", await text("scripts/docs/guides/index.md"), facts);
  return [
    { title: "Start", pages: [{ ...home, navTitle: "Home" }] },
    { title: "Guides", pages: guides },
    {
      title: "Reference",
      pages: [httpReference(), await errorCatalogue(client, summariesOf(modules)), ...packageReference(modules)],
    },
    { title: "Project", pages: [markdownPage("changelog.html", await text("CHANGELOG.md"), {})] },
  ];
}

/**
 * A page from Markdown: its first heading is the title, its first paragraph the summary.
 *
 * @param {string} file
 * @param {string} source
 * @param {Record<string, string>} facts what stands for each name in double braces
 * @returns {import("./page.js").Page}
 */
function markdownPage(file, source, facts) {
  const text = source.replace(
    /(?<!\$)\{\{(.+?)\}\}/g, // Not the expressions of a workflow.
    (_, name) => facts[name] ?? fail("docs", `${file} names the unknown fact ${name}`),
  );
  const [, title = "", summary = ""] = /^# (.+)\n\n(.+)\n/.exec(text) ?? [];
  if (!title) throw new Error(`${file} must begin with a heading and a paragraph`);
  return { file, title, summary: summary.replace(/[`*[\]]|\(.*?\)/g, ""), tocDepth: 3, body: markdown(text) };
}

/** @param {import("./page.js").Page[]} pages @returns {Promise<string>} a classic script: a page that is opened from a folder can neither fetch nor import */
async function searchScript(pages) {
  const folder = dirname(dirname(require.resolve("minisearch")));
  const { code } = await transform(await readFile(join(folder, "umd/index.js"), "utf8"), { minify: true });
  const licence = await readFile(join(dirname(folder), "LICENSE.txt"), "utf8");
  return `/*! MiniSearch\n\n${licence}*/\n${code}globalThis.searchSections = ${JSON.stringify(searchSections(pages))};\n`;
}
