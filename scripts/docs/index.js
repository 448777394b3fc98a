// Writes docs/: the site that is published. Everything is rendered here; scripts only add the search and the copy buttons.
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { fail, rejectArguments } from "../common/fail.js";
import { generatedFolder, root, specFile } from "../common/paths.js";
import { errorCatalogue, loadPackage, retriedStatuses } from "./error-catalogue.js";
import { inlineMarkdown, linkTargets, markdown, toPlainText } from "./html.js";
import { httpReference, httpTargets } from "./http-reference.js";
import { llmsText, sitemap, toMarkdown } from "./machine-files.js";
import { exportTargets, packageReference, readExports, uncommented } from "./package-reference.js";
import { markdownFile, renderPage } from "./page.js";
import { searchSections } from "./search-index.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const docsFolder = join(root, "docs");
const require = createRequire(import.meta.url);

rejectArguments("docs");
try {
  const site = readSite();
  const menu = await renderMenu(site);
  const pages = menu.flatMap(({ pages }) => pages);
  const source = await readFile(join(here, "style.css"), "utf8");
  const { code: style } = await transform(source, { loader: "css", minify: true });
  const render = (/** @type {import("./page.js").Page} */ page) => renderPage(page, menu, style, site);
  /** @type {(readonly [string, string | Buffer])[]} */
  const files = [
    ...pages.map((page) => /** @type {const} */ ([page.file, render(page)])),
    ...pages.map((page) => /** @type {const} */ ([markdownFile(page), toMarkdown(page)])),
    ["404.html", atAnyDepth(render(notFoundPage()), site)],
    ["llms.txt", llmsText(menu, site)],
    ["search.js", await searchScript(pages)],
    ["openapi.yaml", await readFile(specFile)],
    ["openapi.json", await readFile(join(generatedFolder, "openapi.json"))],
  ];
  if (site.baseUrl) files.push(["sitemap.xml", sitemap(pages, site.baseUrl)]);
  // Until here nothing was written: the old site stays when the new one cannot be built.
  await rm(docsFolder, { recursive: true, force: true });
  await cp(join(here, "assets"), docsFolder, { recursive: true });
  await Promise.all(files.map(([file, content]) => writeFile(join(docsFolder, file), content)));
  console.log(`docs: wrote ${pages.length} pages to docs/; open docs/index.html`);
} catch (error) {
  fail("docs", error);
}

/** Where the docs and the sources are published, as whoever publishes them says. @returns {import("./page.js").Site} */
function readSite() {
  const read = (/** @type {string} */ name) => {
    const value = process.env[name];
    if (value && !(/^https?:\/\//.test(value) && URL.canParse(value)))
      throw new Error(`${name} must be an http(s) URL`);
    return value?.replace(/\/+$/, "");
  };
  const baseUrl = read("DOCS_BASE_URL");
  const repository = read("DOCS_REPOSITORY_URL");
  return { ...(baseUrl && { baseUrl: `${baseUrl}/` }), ...(repository && { repository }) };
}

/** @param {import("./page.js").Site} site @returns {Promise<import("./page.js").Menu>} */
async function renderMenu(site) {
  const modules = await readExports();
  const missing = uncommented(modules);
  if (missing.length > 0) throw new Error(`these exports have no comment:\n  ${missing.join("\n  ")}`);
  for (const [name, target] of [...httpTargets(), ...exportTargets(modules)]) linkTargets.set(name, target);

  const client = await loadPackage();
  const [{ version }, statuses] = [require(join(root, "package.json")), await retriedStatuses(client)];
  const facts = { "retried statuses": statuses.join(", "), version };
  const pageOf = async (/** @type {string} */ source, /** @type {string} */ file) =>
    markdownPage(file, source, await readFile(join(root, source), "utf8"), facts);
  const home = await pageOf("scripts/docs/guides/index.md", "index.html");
  const names = (await readdir(join(here, "guides"))).sort().map((name) => name.replace(/\.md$/, ""));
  // In the order in which the home page links them last, which is a list of all; then the others.
  const linked = [...home.body.text.matchAll(/href="([\w-]+)\.html/g)].map(([, name = ""]) => name).reverse();
  const listed = [...new Set(linked)].reverse().filter((name) => names.includes(name));
  const guides = new Set([...listed, ...names]);
  guides.delete("index");
  const guidePages = [...guides].map((name) => pageOf(`scripts/docs/guides/${name}.md`, `${name}.html`));
  const reference = [httpReference(), await errorCatalogue(client, modules)];
  return [
    { title: "Start", pages: [{ ...home, navTitle: "Home" }] },
    { title: "Guides", pages: await Promise.all(guidePages) },
    { title: "Reference", pages: [...reference, ...packageReference(modules, site.repository)] },
    { title: "Project", pages: [await limitsPage(), await pageOf("CHANGELOG.md", "changelog.html")] },
  ];
}

/** What README says of limits: one text in two places. */
async function limitsPage() {
  const [, section] = /^## Limits\n(.*?)(?=^## )/ms.exec(await readFile(join(root, "README.md"), "utf8")) ?? [];
  if (!section) throw new Error("README.md has no section Limits");
  const text = `# Limits\n\nWhat this package does not do, and what nobody has tested.\n${section}`;
  return markdownPage("limits.html", "README.md", text, {});
}

/**
 * A page from Markdown: its first heading is the title, its first paragraph the summary.
 *
 * @param {string} file
 * @param {string} source
 * @param {string} content
 * @param {Record<string, string>} facts what stands for each name in double braces
 * @returns {import("./page.js").Page}
 */
function markdownPage(file, source, content, facts) {
  const text = content.replace(
    /(?<!\$)\{\{(.+?)\}\}/g, // Not the expressions of a workflow.
    (_, name) => facts[name] ?? fail("docs", `${source} names the unknown fact ${name}`),
  );
  const [, title = "", paragraph = ""] = /^# (.+)\n\n(.+(?:\n.+)*)/.exec(text) ?? [];
  if (!title) throw new Error(`${source} must begin with a heading and a paragraph`);
  const summary = toPlainText(inlineMarkdown(paragraph).text);
  return { file, source, title, summary, tocDepth: 3, body: markdown(text) };
}

/** What a server sends for an address that no page has. */
function notFoundPage() {
  const summary = "No page has this address.";
  const text = `# Page not found\n\n${summary} Search for it above, or start at the [home page](index.html).\n`;
  return { file: "404.html", title: "Page not found", summary, tocDepth: 2, body: markdown(text) };
}

/** Links that work at an address of any depth, if the base address is known. @param {string} page @param {import("./page.js").Site} site */
function atAnyDepth(page, { baseUrl }) {
  if (!baseUrl) return page;
  return page.replace(/(?<= (?:href|src)=")(?!https?:|#)/g, new URL(baseUrl).pathname);
}

/** @param {import("./page.js").Page[]} pages @returns {Promise<string>} a classic script: a page that is opened from a folder can neither fetch nor import */
async function searchScript(pages) {
  const folder = dirname(dirname(require.resolve("minisearch")));
  const { code } = await transform(await readFile(join(folder, "umd/index.js"), "utf8"), { minify: true });
  const licence = await readFile(join(dirname(folder), "LICENSE.txt"), "utf8");
  return `/*! MiniSearch\n\n${licence}*/\n${code}globalThis.searchSections = ${JSON.stringify(searchSections(pages))};\n`;
}
