// The frame of every page. What does not differ from page to page is in page.html.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { html, raw, toPlainText, toText } from "./html.js";

/**
 * @typedef {object} Page
 * @property {string} file
 * @property {string} title
 * @property {string} [navTitle] where the title is too long for the menu
 * @property {string} summary one sentence for search engines
 * @property {string} [source] the file of the repository that says what the page says
 * @property {number} tocDepth the lowest level of headings in the table of contents
 * @property {boolean} [isWide] whether code stands beside the text
 * @property {import("./html.js").Html} body
 */
/** @typedef {{ title: string, pages: Page[] }[]} Menu */
/** @typedef {{ baseUrl?: string, repository?: string }} Site where the docs and the sources are published, if that is known */

export const SITE = "instacart-post-checkout-chat";

const template = readFileSync(new URL("page.html", import.meta.url), "utf8").replace(/\n\s*/g, "\n");

/** The browser enforces it: nothing is loaded from elsewhere. `file:` is for pages that are opened from a folder. @param {string} style */
const policyOf = (style) =>
  `default-src 'none'; script-src 'self' file:; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; img-src 'self' file:; base-uri 'none'; form-action 'none'`;

/** @param {Page} page */
export const markdownFile = ({ file }) => file.replace(/\.html$/, ".md");

/** @param {Page} page @param {string} baseUrl */
export const addressOf = ({ file }, baseUrl) => new URL(file === "index.html" ? "." : file, baseUrl).href;

/** @param {Page} page */
const nameOf = ({ title, navTitle = title }) => navTitle;

/**
 * @param {Page} page
 * @param {Menu} menu
 * @param {string} style within the page, since a slow connection would wait for a file of its own
 * @param {Site} site
 * @returns {string}
 */
export function renderPage(page, menu, style, { baseUrl, repository }) {
  const { title, summary, body, isWide, source } = page;
  const pages = menu.flatMap(({ pages }) => pages);
  const at = pages.indexOf(page);
  const isListed = at >= 0;
  /** @type {Record<string, unknown>} */
  const parts = {
    title: title === SITE ? SITE : `${title} · ${SITE}`,
    summary,
    policy: policyOf(style),
    style: raw(`<style>${style}</style>`),
    site: SITE,
    relations: isListed
      ? html`<link rel="alternate" type="text/markdown" href="${markdownFile(page)}" />
          ${baseUrl && html`<link rel="canonical" href="${addressOf(page, baseUrl)}" />`}`
      : raw('<meta name="robots" content="noindex" />'),
    layout: isWide && "wide",
    menu: menu.map(
      ({ title, pages }) =>
        html`<p>${title}</p>
          <ul>
            ${pages.map((other) => html`<li><a href="${other.file}" ${other === page && raw(' aria-current="page"')}>${nameOf(other)}</a></li> `)}
          </ul>`,
    ),
    contents: contentsOf(page),
    body,
    pager: isListed && pagerOf(pages[at - 1], pages[at + 1]),
    links: html`${isListed && html`<a href="${markdownFile(page)}">This page as Markdown</a> `}
    ${repository && source && html`<a href="${repository}/edit/main/${source}">Edit this page</a> <a href="${repository}">Source code</a>`}`,
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => toText(parts[name]));
}

/** @param {Page | undefined} previous @param {Page | undefined} next */
function pagerOf(previous, next) {
  const link = (/** @type {string} */ rel, /** @type {string} */ label, /** @type {Page | undefined} */ page) =>
    page && html`<a rel="${rel}" href="${page.file}"><small>${label}</small> ${nameOf(page)}</a>`;
  return html`<nav class="pager" aria-label="Previous and next page">
    ${link("prev", "Previous", previous)} ${link("next", "Next", next)}
  </nav>`;
}

/** @param {Page} page */
function contentsOf({ body, tocDepth }) {
  const headings = [...body.text.matchAll(/<h([2-4]) id="([^"]+)"><a href="[^"]*">(.*?)<\/a><\/h\1>/gs)].filter(
    ([, level]) => Number(level) <= tocDepth,
  );
  if (headings.length < 2) return undefined;
  return html`<div class="here">
      <button type="button" popovertarget="contents">On this page<span></span></button>
    </div>
    <nav id="contents" popover aria-label="On this page">
      <p>On this page</p>
      <ul>
        ${headings.map(([, level, id, text = ""]) => html`<li class="level-${level}"><a href="#${id}">${toPlainText(text.replace(/<small>.*?<\/small>/, ""))}</a></li> `)}
      </ul>
    </nav>`;
}
