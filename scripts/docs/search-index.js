// What the search looks through: each heading, and each row or example with an address, with the text that belongs to it.
import { readFileSync } from "node:fs";
import { toPlainText } from "./html.js";

/** What people type, by the words in titles of the docs. @type {[string, string][]} */
const everydayWords = Object.entries(JSON.parse(readFileSync(new URL("everyday-words.json", import.meta.url), "utf8")));

/** How an entry begins; what follows, up to the next one, is its text. */
const ENTRY =
  /^<(h[1-4]|tr|div class="example")(?=[ >])(?:[^>]* id="([^"]+)")?[^>]*>(?:\s*<(?:td|div|p)\b[^>]*>)*(.*?)<\/(?:h[1-4]|td|p)>(.*)$/s;

/** @param {import("./page.js").Page[]} pages the names of an entry are what an exact search finds first */
export function searchSections(pages) {
  return pages.flatMap(({ file, title: page, body }) => {
    let section = page; // The heading that rows stand below.
    return body.text.split(/(?=<h[1-4][ >]|<tr [^>]*id="|<div class="example")/).flatMap((part) => {
      const [, tag, anchor, heading, text = ""] = ENTRY.exec(part) ?? [];
      if (heading === undefined) return [];
      const content = heading.replace(/<small.*?<\/small\s*>/gs, "");
      const title = toPlainText(content);
      const names = [content, ...content.split(/<\/?(?:code|a)\b[^>]*>/)].map((text) =>
        toPlainText(text).replace(/[?()]/g, ""),
      );
      const kind = file === "changelog.html" ? "old" : tag === "h1" ? "page" : tag?.startsWith("h") ? "section" : "row";
      if (kind !== "row") section = title;
      return {
        id: anchor ? `${file}#${anchor}` : file,
        page: kind === "row" && section !== page ? `${section} · ${page}` : page,
        title,
        names: [...new Set(names.flatMap((name) => [name, name.replace(/.*\./, "")]))].filter(Boolean),
        words: wordsFor(title),
        text: toPlainText(text.replace(/<figcaption>.*?<\/figcaption>/gs, "")),
        kind,
      };
    });
  });
}

/** @param {string} title */
function wordsFor(title) {
  const parts = title.replace(/([a-z])(?=[A-Z])/g, "$1 ").toLowerCase();
  const found = everydayWords.filter(([term]) => new RegExp(`(?<![a-z0-9])${term}`).test(parts));
  return found.map(([, words]) => words).join(" ");
}
