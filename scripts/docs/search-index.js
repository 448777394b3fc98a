// What the search looks through: each heading of each page with the text up to the next one.
import { toPlainText } from "./html.js";

/**
 * @param {import("./page.js").Page[]} pages
 * @returns {{ id: string, page: string, title: string, text: string }[]}
 */
export function searchSections(pages) {
  return pages.flatMap(({ file, title, body }) =>
    body.text.split(/(?=<h[1-4][ >])/).flatMap((part) => {
      const [, attributes = "", heading = "", text = ""] = /^<h[1-4]([^>]*)>(.*?)<\/h[1-4]>(.*)$/s.exec(part) ?? [];
      if (!heading) return [];
      const [, anchor] = / id="([^"]+)"/.exec(attributes) ?? [];
      return [
        { id: anchor ? `${file}#${anchor}` : file, page: title, title: toPlainText(heading), text: toPlainText(text) },
      ];
    }),
  );
}
