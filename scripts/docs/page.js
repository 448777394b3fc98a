// The template of every page.
import { createHash } from "node:crypto";
import { html, raw, toPlainText } from "./html.js";

/**
 * @typedef {object} Page
 * @property {string} file
 * @property {string} title
 * @property {string} [navTitle] where the title is too long for the menu
 * @property {string} summary one sentence for search engines
 * @property {number} tocDepth the lowest level of headings in the table of contents
 * @property {import("./html.js").Html} body
 */
/** @typedef {{ title: string, pages: Page[] }[]} Menu */

const SITE = "instacart-post-checkout-chat";

/**
 * The browser enforces it: nothing is loaded from elsewhere. `file:` is for pages that are opened from a folder.
 *
 * @param {string} style
 */
const policyOf = (style) =>
  `default-src 'none'; script-src 'self' file:; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; img-src 'self' file:; base-uri 'none'; form-action 'none'`;

/**
 * @param {Page} page
 * @param {Menu} menu
 * @param {string} style within the page, since a slow connection would wait for a file of its own
 * @returns {string}
 */
export function renderPage(page, menu, style) {
  const contents = headingsOf(page);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${page.title === SITE ? SITE : `${page.title} · ${SITE}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="${page.summary}" />
        <meta http-equiv="Content-Security-Policy" content="${policyOf(style)}" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="favicon.svg" type="image/svg+xml" />
        ${raw(`<style>${style}</style>`)}
        <script src="site.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header class="top">
          <a class="brand" href="index.html"><img src="favicon.svg" alt="" width="24" height="24" /> ${SITE}</a>
          <search class="search">
            <input
              type="search"
              placeholder="Search"
              aria-label="Search the docs"
              aria-keyshortcuts="/"
              autocomplete="off"
              spellcheck="false"
            />
            <div class="results" hidden>
              <p role="status"></p>
              <ol></ol>
            </div>
          </search>
          <button type="button" class="menu-button" popovertarget="menu">Menu</button>
        </header>
        <div class="columns">
          <nav id="menu" popover aria-label="Pages">
            ${menu.map(
              ({ title, pages }) =>
                html`<p>${title}</p>
                  <ul>
                    ${pages.map(({ file, title, navTitle }) => html`<li><a href="${file}" ${file === page.file && html` aria-current="page"`}>${navTitle ?? title}</a></li>`)}
                  </ul> `,
            )}
            <p>Downloads</p>
            <ul>
              <li><a href="openapi.yaml" download>openapi.yaml</a></li>
              <li><a href="openapi.json" download>openapi.json</a></li>
            </ul>
          </nav>
          <main id="content" tabindex="-1">${page.body}</main>
          ${
            contents.length > 1 &&
            html`<nav class="contents" aria-label="On this page">
              <p>On this page</p>
              <ul>
                ${contents.map(
                  ({ level, id, text }) => html`<li class="level-${level}"><a href="#${id}">${text}</a></li> `,
                )}
              </ul>
            </nav>`
          }
        </div>
        <footer><p>Unofficial. Not made or endorsed by Instacart.</p></footer>
      </body>
    </html> `.text;
}

/** @param {Page} page @returns {{ level: string, id: string, text: string }[]} */
function headingsOf({ body, tocDepth }) {
  return [...body.text.matchAll(/<h([2-4]) id="([^"]+)"><a href="[^"]*">(.*?)<\/a><\/h\1>/g)].flatMap(
    ([, level = "", id = "", text = ""]) =>
      Number(level) <= tocDepth ? [{ level, id, text: toPlainText(text.replace(/<small>.*?<\/small>/, "")) }] : [],
  );
}
