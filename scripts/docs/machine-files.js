// What is written for machines: each page as Markdown, llms.txt, and the sitemap.
import Turndown from "turndown";
import { addressOf, markdownFile, SITE } from "./page.js";

const turndown = new Turndown({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" });
turndown.remove(["button", "figcaption"]);
const inCell = (/** @type {string} */ content) =>
  content.trim().replace(/\s*\n\s*|\|/g, (found) => (found === "|" ? "\\|" : " "));
turndown.addRule("cell", { filter: ["td", "th"], replacement: (content) => ` ${inCell(content)} |` });
turndown.addRule("row", { filter: "tr", replacement: (content) => `|${content}\n` });
turndown.addRule("head", {
  filter: "thead",
  replacement: (content, { firstElementChild }) =>
    `${content}|${" --- |".repeat(firstElementChild?.childElementCount ?? 0)}\n`,
});
turndown.addRule("rows", { filter: "tbody", replacement: (content) => content });
turndown.addRule("table", { filter: "table", replacement: (content) => `\n\n${content.trim()}\n\n` });
turndown.addRule("mark", { filter: "mark", replacement: (content) => `**${content}**` });
turndown.addRule("small", { filter: "small", replacement: (content) => ` ${content}` });
turndown.addRule("tab", { filter: "summary", replacement: (content) => `\n\n**${content.trim()}**\n\n` });

/** @param {import("./page.js").Page} page @returns {string} */
export function toMarkdown({ body }) {
  // Links within code cannot be written; those of a heading and a name to themselves say nothing.
  const text = body.text
    .replace(/<code[^>]*>.*?<\/code\s*>/gs, (code) => code.replace(/<\/?a\b[^>]*>/g, ""))
    .replace(/<a(?: class="permalink")? href="#[^"]*">(.*?)<\/a>/gs, "$1");
  return `${turndown.turndown(text).replace(/\]\(([\w-]+)\.html(#[^)]*)?\)/g, "]($1.md$2)")}\n`;
}

/** The site's contents for language models, as llmstxt.org has it. @param {import("./page.js").Menu} menu @param {import("./page.js").Site} site */
export function llmsText(menu, { baseUrl = "" }) {
  const [home] = menu[0]?.pages ?? [];
  const sections = menu.map(({ title, pages }) => {
    const links = pages.map((page) => `- [${page.title}](${baseUrl}${markdownFile(page)}): ${page.summary}`);
    return `## ${title}\n\n${links.join("\n")}\n`;
  });
  return `# ${SITE}\n\n> ${home?.summary}\n\n${sections.join("\n")}`;
}

/** @param {import("./page.js").Page[]} pages @param {string} baseUrl */
export function sitemap(pages, baseUrl) {
  const urls = pages.map((page) => `<url><loc>${addressOf(page, baseUrl)}</loc></url>\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${urls.join("")}</urlset>\n`;
}
