// The HTTP reference: everything that the spec says.
import { STATUS_CODES } from "node:http";
import { codeBlock, heading, html, inlineMarkdown, linkedCode, markdown, table } from "./html.js";
import { documentedOperations, nameOfComponent, resolved, spec } from "./spec.js";

/** @typedef {import("./spec.js").Schema} Schema */

export const HTTP_REFERENCE = "http.html";

/** @param {string} operationId @param {string | number} status */
export const responseId = (operationId, status) => `${operationId}-${status}`;

/** Where each operation and schema is described, by its name. */
export function httpTargets() {
  const schemas = Object.keys(spec.components.schemas).map((name) => [name, `schema-${name}`]);
  const operations = documentedOperations().map(({ operationId }) => [operationId, operationId]);
  return [...schemas, ...operations].map(([name, id]) => /** @type {const} */ ([name, `${HTTP_REFERENCE}#${id}`]));
}

export function httpReference() {
  const { info, servers, components, openapi } = spec;
  const bodyOf = html` <h1>HTTP reference</h1>
    <p>${info.title}. ${inlineMarkdown(info.summary)}</p>
    <p>
      Version ${info.version} of the spec, in OpenAPI ${openapi}. Download it as
      <a href="openapi.yaml" download>openapi.yaml</a> or <a href="openapi.json" download>openapi.json</a>. Contact:
      ${info.contact.name}, <a href="${info.contact.url}">${info.contact.url}</a>. Licence: ${info.license.name}.
    </p>
    ${markdown(info.description)} ${heading(2, "servers", "Servers")}
    ${table(
      ["Server", "Description"],
      servers.map((/** @type {any} */ server) => [
        html`<code>${server.url}</code>`,
        inlineMarkdown(server.description),
      ]),
    )}
    ${heading(2, "authentication", "Authentication")}
    ${Object.entries(components.securitySchemes).map(
      ([name, { type, scheme, description }]) =>
        html`<p>Scheme <code>${name}</code>: type <code>${type}</code>, scheme <code>${scheme}</code>.</p>
          ${markdown(description)}`,
    )}
    ${documentedOperations().map(operationSection)} ${heading(2, "schemas", "Schemas")}
    ${Object.entries(components.schemas).map(([name, schema]) => schemaSection(name, schema))}`;
  return { file: HTTP_REFERENCE, title: "HTTP reference", summary: info.summary, body: bodyOf, tocDepth: 4 };
}

/** @param {any} operation */
function operationSection({ operationId, method, path, summary, description, ...operation }) {
  const tags = spec.tags.filter((/** @type {any} */ { name }) => operation.tags.includes(name));
  const security = operation.security ?? spec.security;
  const names = security.flatMap((/** @type {object} */ alternative) => Object.keys(alternative));
  return html`<section class="operation">
    ${heading(2, operationId, summary)}
    <p class="endpoint"><span class="method">${method}</span> <code>${path}</code></p>
    <p class="facts">
      Operation <code>${operationId}</code> · Authentication:
      ${
        names.length > 0
          ? names.map((/** @type {string} */ name) => html`<a href="#authentication">${name}</a>`)
          : "not needed"
      }
      ${tags.map((/** @type {any} */ tag) => html`<br />${tag.name}: ${inlineMarkdown(tag.description)}`)}
    </p>
    ${markdown(description)}
    ${operation.parameters && parametersSection(operationId, operation.parameters.map(resolved))}
    ${operation.requestBody && requestBodySection(operationId, operation.requestBody)}
    ${heading(3, `${operationId}-responses`, "Responses")}
    ${Object.entries(operation.responses).map(([status, response]) => responseSection(operationId, status, resolved(response)))}
    ${heading(3, `${operationId}-samples`, "Code samples")}
    ${operation["x-codeSamples"].map((/** @type {any} */ { lang, label = lang, source }) => codeBlock(source, lang.toLowerCase(), label === lang ? lang : `${label} (${lang})`))}
  </section> `;
}

/** @param {string} operationId @param {any[]} parameters */
function parametersSection(operationId, parameters) {
  const rows = parameters.map(({ name, in: place, required, description, schema, examples }) => [
    html`<code id="${operationId}-${name}">${name}</code>${requiredMark(required)}<small>in ${place}</small>`,
    typeOf(schema),
    html`${markdown(description)}${constraintsOf(schema)}${alternativesOf(schema)}
      <ul class="examples">
        ${Object.values(examples)
          .map(resolved)
          .map(({ summary, value }) => html`<li><code>${String(value)}</code> ${summary}</li>`)}
      </ul>`,
  ]);
  return html`${heading(3, `${operationId}-parameters`, "Parameters")}${table(["Name", "Type", "Description"], rows)}`;
}

/** @param {string} operationId @param {any} requestBody */
function requestBodySection(operationId, { description, required, content }) {
  return html`${heading(3, `${operationId}-request-body`, "Request body")}
    <p>${inlineMarkdown(description)}${requiredMark(required)}</p>
    ${contentSection(`${operationId}-request`, content)}`;
}

/** @param {string} operationId @param {string} status @param {any} response */
function responseSection(operationId, status, { description, content = {} }) {
  const id = responseId(operationId, status);
  const title = html`<span class="status s${status[0]}">${status}</span> ${STATUS_CODES[status]}`;
  return html`<section class="response">
    ${heading(4, id, title)} ${markdown(description)}${contentSection(id, content)}
  </section> `;
}

/** @param {string} id @param {Record<string, any>} content */
function contentSection(id, content) {
  return Object.entries(content).map(
    ([type, { schema, examples }]) =>
      html`<p class="facts">${typeOf(schema)} as <code>${type}</code></p>
        ${Object.entries(examples).map(([name, reference]) => {
          const { summary, description, value } = resolved(reference);
          return html`<div class="example" id="${id}-${name}">
            <p>
              <strong>${summary}</strong>
              <code>${name}</code>${description && html`<br />${inlineMarkdown(description)}`}
            </p>
            ${codeBlock(JSON.stringify(value, null, 2), "json")}
          </div> `;
        })}`,
  );
}

/** @param {string} name @param {Schema} schema */
function schemaSection(name, schema) {
  const rows = fieldsOf(schema);
  return html`<section class="schema">
    ${heading(3, `schema-${name}`, name)} ${schema["description"] && markdown(schema["description"])}
    <p class="facts">${typeOf(schema)}</p>
    ${constraintsOf(schema)}${alternativesOf(schema)}
    ${rows.length > 0 && table(["Field", "Type", "Description"], rows)}
    ${(schema["type"] === "object" ? (schema["examples"] ?? []) : []).map((/** @type {unknown} */ example) => codeBlock(JSON.stringify(example, null, 2), "json", "Example"))}
  </section> `;
}

/**
 * The fields of an object, those of nested objects included.
 *
 * @param {Schema} schema
 * @param {string} prefix
 * @returns {unknown[][]}
 */
function fieldsOf({ properties = {}, required = [] }, prefix = "") {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = prefix + name;
    const { description } = resolved(field);
    const row = [
      html`<code>${path}</code>${requiredMark(required.includes(name))}`,
      typeOf(field),
      html`${markdown(field.description ?? description)}${constraintsOf(field)}`,
    ];
    const nested = field.items ? fieldsOf(field.items, `${path}[].`) : fieldsOf(field, `${path}.`);
    return [row, ...nested];
  });
}

/** @param {boolean} required */
const requiredMark = (required) => required && html` <small class="required">required</small>`;

/** @param {Schema} schema @returns {import("./html.js").Html} */
function typeOf(schema) {
  if (schema["$ref"]) return linkedCode(nameOfComponent(/** @type {{ $ref: string }} */ (schema)));
  if (schema["anyOf"]) return html`any of ${join(schema["anyOf"].map(typeOf), " or ")}`;
  if (schema["type"] === "array") return html`array of ${typeOf(schema["items"])}`;
  return html`<code>${[schema["type"]].flat().join(" | ")}</code>`;
}

/** @param {unknown[]} parts @param {string} separator */
const join = (parts, separator) => parts.flatMap((part, index) => (index > 0 ? [separator, part] : [part]));

/** How each keyword of a constraint reads. A keyword that is not here stops the build, so that nothing is left out. */
const CONSTRAINTS = /** @type {Record<string, (value: any) => string | undefined>} */ ({
  minLength: (value) => (value === 1 ? "not empty" : `at least ${value} characters`),
  maxLength: (value) => `at most ${value} characters`,
  minimum: (value) => `at least ${value}`,
  maximum: (value) => `at most ${value}`,
  minItems: (value) => `at least ${value} item${value === 1 ? "" : "s"}`,
  const: (value) => `always ${JSON.stringify(value)}`,
  enum: (values) => `one of ${values.join(", ")}`,
  not: ({ const: value }) => `not ${JSON.stringify(value)}`,
  pattern: (value) => `matches ${value}`,
  format: (value) => `format ${value}`,
});
const SHOWN_ELSEWHERE = [
  "$ref",
  "anyOf",
  "type",
  "items",
  "description",
  "properties",
  "required",
  "examples",
  "example",
];

/** @param {Schema} schema */
function constraintsOf(schema) {
  const keywords = Object.keys(schema).filter((keyword) => !SHOWN_ELSEWHERE.includes(keyword));
  const texts = keywords.map((keyword) => {
    const text = CONSTRAINTS[keyword]?.(schema[keyword]);
    if (text === undefined) throw new Error(`the HTTP reference cannot show the keyword ${keyword} of a schema`);
    return text;
  });
  const examples = schema["type"] === "object" ? [] : (schema["examples"] ?? []);
  const shown = examples.map((/** @type {unknown} */ example) => html`<code>${String(example)}</code>`);
  return html`${texts.length > 0 && html`<p class="facts">${texts.join(", ")}</p>`}${
    shown.length > 0 && html`<p class="facts">Example: ${join(shown, ", ")}</p>`
  }`;
}

/** @param {Schema} schema */
function alternativesOf({ anyOf = [] }) {
  return anyOf
    .filter((/** @type {Schema} */ { description }) => description)
    .map(
      (/** @type {Schema} */ { type, description }) =>
        html`<p><code>${type}</code>: ${inlineMarkdown(description)}</p>`,
    );
}
