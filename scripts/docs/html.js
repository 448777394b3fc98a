// Turns values and Markdown into HTML. Everything that is not HTML already is escaped.
import { decodeHTML } from "entities";
import hljs from "highlight.js/lib/common";
import { Marked } from "marked";

/** HTML that needs no escaping. */
export class Html {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** @param {string} text */
export const raw = (text) => new Html(text);

/**
 * Builds HTML from a template. Strings are escaped, lists are joined, `undefined` and `false` leave nothing.
 *
 * @param {TemplateStringsArray} strings
 * @param {unknown[]} values
 */
export const html = (strings, ...values) => raw(String.raw({ raw: strings }, ...values.map(toText)));

/** @type {(value: unknown) => string} */
export function toText(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(toText).join("");
  return value === undefined || value === false ? "" : escape(String(value));
}

/** @param {string} text */
export function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** @param {string} markup */
export function toPlainText(markup) {
  const text = markup.replace(/<\/?(?:code|span|a|strong|em|mark|wbr)\b[^>]*>/g, "").replace(/<[^>]*>/g, " ");
  return decodeHTML(text).replace(/\s+/g, " ").trim();
}

/** @param {string} text */
export const slug = (text) =>
  text
    .toLowerCase()
    .replace(/[^\w]+/g, "-")
    .replace(/^-|-$/g, "");

/** A heading that links to itself. @param {number} level @param {string} id @param {unknown} content */
export function heading(level, id, content) {
  return html`<h${level} id="${id}"><a href="#${id}">${content}</a></h${level}>`;
}

/** A name that links to the element with this id, which it stands in. @param {string} id @param {unknown} content */
export const permalink = (id, content) => html`<a class="permalink" href="#${id}">${content}</a>`;

/** @type {Record<string, string>} */
const LABELS = { sh: "Shell", ts: "TypeScript", json: "JSON", yaml: "YAML" };

/** The languages that highlight.js knows by another name. @type {Record<string, string>} */
const ALIASES = { shell: "bash" };

/** A block of code with a button that copies it. @param {string} code @param {string} language as highlight.js knows it @param {string} [label] */
export function codeBlock(code, language, label = LABELS[language] ?? language) {
  const text = code.trimEnd();
  const name = ALIASES[language] ?? language;
  const highlighted = hljs.getLanguage(name) ? hljs.highlight(text, { language: name }).value : escape(text);
  return html`<figure class="code">
    <figcaption>
      <span>${label}</span><button type="button" class="copy" aria-label="Copy ${label}">Copy</button>
    </figcaption>
    <pre><code class="language-${name}">${raw(highlighted)}</code></pre>
  </figure> `;
}

/**
 * Panels of which one is open. They are `details`, so that they work without scripts, and a link or a search on the page
 * opens the panel that it leads to.
 *
 * @param {string} name unique on the page
 * @param {string} label
 * @param {{ title: unknown, content: unknown }[]} panels
 */
export function tabs(name, label, panels) {
  return html`<div class="tabs" role="group" aria-label="${label}">
    ${panels.map(
      ({ title, content }, index) =>
        html`<details name="${name}" ${index === 0 && raw("open")}>
          <summary>${title}</summary>
          <div class="panel">${content}</div>
        </details>`,
    )}
  </div> `;
}

/** @typedef {readonly unknown[] | { id: string, cells: readonly unknown[] }} Row the id makes an address */

/**
 * A table whose rows become cards on a narrow screen. The roles keep it a table there.
 *
 * @param {readonly string[]} columns
 * @param {readonly Row[]} rows
 */
export function table(columns, rows) {
  return html`<table role="table">
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows
        .map((row) => ("cells" in row ? row : { id: undefined, cells: row }))
        .map(
          ({ id, cells }) =>
            html`<tr role="row" ${id !== undefined && html` id="${id}"`}>
              ${cells.map((cell, index) => html`<td role="cell" data-column="${columns[index]}"><div>${cell}</div></td>`)}
            </tr> `,
        )}
    </tbody>
  </table> `;
}

/** Where names in code lead: operations, schemas and exports of the package, by their name. @type {Map<string, string>} */
export const linkTargets = new Map();

/** @param {string} text code, such as a type */
export function linkedCode(text) {
  const parts = text.split(/(?<![\w"'])([A-Za-z]\w+)(?![\w"'])/);
  return html`<code
    >${parts.map((part) => (linkTargets.has(part) ? html`<a href="${linkTargets.get(part)}">${part}</a>` : part))}</code
  >`;
}

const MARKS = ["inferred", "illustration"];

const marked = new Marked({
  renderer: {
    heading({ tokens, depth }) {
      const content = raw(this.parser.parseInline(tokens));
      if (depth === 1) return html`<h1>${content}</h1> `.text;
      return heading(depth, slug(toPlainText(content.text)), content).text;
    },
    code({ text, lang }) {
      return codeBlock(text, lang || "text").text;
    },
    codespan({ text }) {
      return linkTargets.has(text) ? linkedCode(text).text : html`<code>${text}</code>`.text;
    },
    strong({ tokens, text }) {
      const content = raw(this.parser.parseInline(tokens));
      return (MARKS.includes(text.toLowerCase()) ? html`<mark>${content}</mark>` : html`<strong>${content}</strong>`)
        .text;
    },
    link({ href, tokens }) {
      const target = href.replace(/^([\w-]+)\.md(?=#|$)/, "$1.html");
      return html`<a href="${target}">${raw(this.parser.parseInline(tokens))}</a>`.text;
    },
    table({ header, rows }) {
      const inline = (/** @type {{ tokens: import("marked").Token[] }} */ { tokens }) =>
        raw(this.parser.parseInline(tokens));
      return table(
        header.map(({ text }) => text),
        rows.map((cells) => cells.map(inline)),
      ).text;
    },
  },
});

/** @param {string} text */
export const markdown = (text) => raw(marked.parse(text, { async: false }));

/** @param {string} text Markdown of one paragraph */
export const inlineMarkdown = (text) => raw(marked.parseInline(text, { async: false }));
