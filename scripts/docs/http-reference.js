// The HTTP reference: everything that the spec says. Each operation begins with how to call it; the general part is last.
import { STATUS_CODES } from "node:http";
import { codeBlock, heading, html, inlineMarkdown, linkedCode, markdown, permalink, table, tabs } from "./html.js";
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
  const { info, components } = spec;
  const body = html`<h1>HTTP reference</h1>
    <p>${info.title}. ${inlineMarkdown(info.summary)}</p>
    ${documentedOperations().map(operationSection)} ${heading(2, "schemas", "Schemas")}
    ${Object.entries(components.schemas).map(([name, schema]) => schemaSection(name, schema))} ${generalPart()}`;
  return {
    file: HTTP_REFERENCE,
    title: "HTTP reference",
    summary: info.summary,
    source: "openapi/openapi.yaml",
    body,
    tocDepth: 3,
    isWide: true,
  };
}

function generalPart() {
  const { info, servers, components, openapi } = spec;
  return html`${heading(2, "servers", "Servers")}
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
    ${heading(2, "about", "About this description")} ${markdown(info.description)} ${sourceOf(spec)}
    <p>
      Version ${info.version} of the spec, in OpenAPI ${openapi}. Download it as
      <a href="openapi.yaml" download>openapi.yaml</a> or <a href="openapi.json" download>openapi.json</a>. Contact:
      ${info.contact.name}, <a href="${info.contact.url}">${info.contact.url}</a>. Licence: ${info.license.name}.
    </p>`;
}

/** The members of an object of the spec, without references. @param {object} [object] @returns {[string, any][]} */
const entriesOf = (object = {}) => Object.entries(object).map(([name, value]) => [name, resolved(value)]);

/** @param {any} operation */
function operationSection({ operationId: id, method, path, summary, description, ...operation }) {
  const [purpose, ...notes] = description.split(/\n\n+/);
  const { security = spec.security, tags = [], parameters = [], requestBody, responses } = operation;
  const schemes = security.flatMap((/** @type {object} */ alternative) => Object.keys(alternative));
  return html`<section class="operation">
    <div class="overview">
      ${heading(2, id, summary)}
      <p class="endpoint"><span class="method">${method}</span> <code>${path}</code></p>
      ${markdown(purpose)}
    </div>
    <div class="samples">${requestTabs(id, operation["x-codeSamples"] ?? [])} ${responseTabs(id, responses)}</div>
    <div class="notes">
      <p class="facts">
        Operation <code>${id}</code> · Authentication:
        ${schemes.length > 0 ? schemes.map((/** @type {string} */ name) => html`<a href="#authentication">${name}</a>`) : "not needed"}
      </p>
      ${markdown(notes.join("\n\n"))} ${sourceOf(operation)}
      ${spec.tags.filter((/** @type {any} */ { name }) => tags.includes(name)).map((/** @type {any} */ tag) => html`${markdown(`${tag.name}: ${tag.description}`)}${sourceOf(tag)}`)}
    </div>
    ${
      parameters.length > 0 &&
      html`${heading(3, `${id}-parameters`, "Parameters")}
      ${table(
        ["Name", "Type", "Description"],
        parameters.map((/** @type {any} */ parameter) => parameterRow(id, resolved(parameter))),
      )}`
    }
    ${requestBody && requestBodySection(`${id}-request`, resolved(requestBody))}
    ${heading(3, `${id}-responses`, "Responses")}
    ${table(
      ["Status", "Meaning", "Body"],
      entriesOf(responses).map(([status, response]) => responseRow(id, status, response)),
    )}
  </section> `;
}

/** The page that a statement comes from. @param {{ externalDocs?: { url: string, description?: string } }} object of the spec */
const sourceOf = ({ externalDocs }) =>
  externalDocs &&
  html`<p class="facts">Source: <a href="${externalDocs.url}">${externalDocs.description ?? externalDocs.url}</a></p>`;

/** @param {string} operationId @param {{ lang: string, label?: string, source: string }[]} samples */
function requestTabs(operationId, samples) {
  const panels = samples.map(({ lang, label = lang, source }) => ({
    title: label,
    content: codeBlock(source, lang.toLowerCase(), label),
  }));
  return html`<p class="caption" id="${operationId}-samples">Request</p>
    ${tabs(`${operationId}-request`, "Request samples", panels)}`;
}

/** @param {string} operationId @param {Record<string, any>} responses */
function responseTabs(operationId, responses) {
  const panels = entriesOf(responses).map(([status, { content }]) => ({
    title: statusMark(status),
    content: content ? examplesOf(responseId(operationId, status), content) : html`<p>No body is documented.</p>`,
  }));
  return html`<p class="caption">Response</p>
    ${tabs(`${operationId}-response`, "Response examples", panels)}`;
}

/** @param {string} id @param {Record<string, any>} content */
function examplesOf(id, content) {
  const examples = entriesOf(content).flatMap(([, media]) => entriesOf(media.examples));
  return examples.map(
    ([name, { summary, description, value }]) =>
      html`<div class="example" id="${id}-${name}">
        <p>
          <strong>${summary}</strong> <code>${permalink(`${id}-${name}`, name)}</code>
          ${description && html`<br /><small>${inlineMarkdown(description)}</small>`}
        </p>
        ${codeBlock(JSON.stringify(value, null, 2), "json")}
      </div> `,
  );
}

/** @param {string} status */
const statusMark = (status) => html`<span class="status s${status[0]}">${status}</span>`;

/** @param {string} operationId @param {string} status @param {any} response */
function responseRow(operationId, status, { description, headers, content }) {
  const id = responseId(operationId, status);
  const bodies = entriesOf(content).map(([type, { schema, examples = {} }]) => {
    const links = Object.keys(examples).map((name) => html`<a href="#${id}-${name}">${name}</a>`);
    return html`<p>${typeOf(schema)} as <code>${type}</code></p>
      <p class="facts">${join(links, ", ")}</p>`;
  });
  return {
    id,
    cells: [
      html`${permalink(id, statusMark(status))}<small>${STATUS_CODES[status]}</small>`,
      html`${markdown(description)}${entriesOf(headers).map(([name, header]) => markdown(`Header \`${name}\`: ${header.description}`))}`,
      bodies.length > 0 ? bodies : "None documented",
    ],
  };
}

/** @param {string} operationId @param {any} parameter */
function parameterRow(operationId, { name, in: place, required, schema, examples, ...parameter }) {
  const id = `${operationId}-${name}`;
  const shown = entriesOf(examples).map(
    ([, { summary, value }]) => html`<li><code>${String(value)}</code> ${summary}</li>`,
  );
  return {
    id,
    cells: [
      html`<code>${permalink(id, name)}</code>${requiredMark(required)}<small>in ${place}</small>`,
      typeOf(schema),
      html`${describe({ ...schema, ...parameter })}${
        shown.length > 0 &&
        html`<ul class="examples">
          ${shown}
        </ul>`
      }`,
    ],
  };
}

/** @param {string} id @param {any} requestBody */
function requestBodySection(id, { description, required, content }) {
  return html`${heading(3, `${id}-body`, "Request body")}
    <p>${inlineMarkdown(description ?? "")}${requiredMark(required)}</p>
    ${entriesOf(content).map(([type, { schema }]) => html`<p class="facts">${typeOf(schema)} as <code>${type}</code></p>`)}
    <div class="bodies">${examplesOf(id, content)}</div>`;
}

/** @param {string} name @param {Schema} schema */
function schemaSection(name, schema) {
  const rows = fieldsOf(schema, `schema-${name}.`);
  const examples = schema["type"] === "object" ? (schema["examples"] ?? []) : [];
  return html`<section class="schema">
    ${heading(3, `schema-${name}`, name)}
    <p class="facts">${typeOf(schema)}</p>
    ${describe(schema)} ${rows.length > 0 && table(["Field", "Type", "Description"], rows)}
    ${examples.map((/** @type {unknown} */ example) => codeBlock(JSON.stringify(example, null, 2), "json", "Example"))}
  </section> `;
}

/** The fields of an object, those of nested objects included. @param {Schema} schema @param {string} id what the ids of the rows begin with @returns {{ id: string, cells: unknown[] }[]} */
function fieldsOf({ properties = {}, required = [] }, id, prefix = "") {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = prefix + name;
    const { description } = resolved(field);
    const title = html`<code>${permalink(id + path, path)}</code>${requiredMark(required.includes(name))}`;
    const nested = field.items ? fieldsOf(field.items, id, `${path}[].`) : fieldsOf(field, id, `${path}.`);
    return [{ id: id + path, cells: [title, typeOf(field), describe({ description, ...field })] }, ...nested];
  });
}

/** @param {boolean} required */
const requiredMark = (required) => required && html` <small class="required">required</small>`;

/** How a schema is made of others. @type {Record<string, string>} */
const COMBINATIONS = { anyOf: "any of", oneOf: "one of", allOf: "all of" };

/** @param {Schema} schema @returns {import("./html.js").Html} */
function typeOf(schema) {
  if (schema["$ref"]) return linkedCode(nameOfComponent(/** @type {{ $ref: string }} */ (schema)));
  const keyword = Object.keys(COMBINATIONS).find((name) => schema[name]);
  if (keyword) return html`${COMBINATIONS[keyword]} ${join(schema[keyword].map(typeOf), " or ")}`;
  if (schema["type"] === "array") return html`array of ${typeOf(schema["items"])}`;
  return html`<code>${[schema["type"] ?? "any"].flat().join(" | ")}</code>`;
}

/** @param {unknown[]} parts @param {string} separator */
const join = (parts, separator) => parts.flatMap((part, index) => (index > 0 ? [separator, part] : [part]));

/** How the keyword of a constraint reads, before its value; others are shown as they are. @type {Record<string, string>} */
const CONSTRAINTS = {
  ...{ minimum: "at least", maximum: "at most", minLength: "minimum length", maxLength: "maximum length" },
  ...{ minItems: "minimum items", maxItems: "maximum items", const: "always", enum: "one of", pattern: "matches" },
};
const SHOWN_ELSEWHERE = /^(\$ref|anyOf|oneOf|allOf|type|items|description|properties|required|examples?|externalDocs)$/;

/** Everything that a schema says but for its type and its fields. @param {Schema} schema */
function describe(schema) {
  const keywords = Object.keys(schema).filter((keyword) => !SHOWN_ELSEWHERE.test(keyword));
  const constraints = keywords.map((keyword) => {
    const values = [schema[keyword]].flat().map((part) => (typeof part === "object" ? JSON.stringify(part) : part));
    return `${CONSTRAINTS[keyword] ?? keyword} ${values.join(", ")}`;
  });
  const examples = schema["type"] === "object" ? [] : (schema["examples"] ?? []);
  const values = examples.map((/** @type {unknown} */ example) => html`<code>${String(example)}</code>`);
  const alternatives = (schema["anyOf"] ?? []).filter((/** @type {Schema} */ { description }) => description);
  return html`${markdown(schema["description"] ?? "")}${sourceOf(schema)}
  ${constraints.length > 0 && html`<p class="facts">${constraints.join(", ")}</p>`}
  ${values.length > 0 && html`<p class="facts">Example: ${join(values, ", ")}</p>`}
  ${alternatives.map((/** @type {Schema} */ { type, description }) => markdown(`\`${type}\`: ${description}`))}`;
}
