// The package reference: what TSDoc says of every export, one page for each entry point.
import { relative } from "node:path";
import { Application, ReflectionKind } from "typedoc";
import { entryPoints } from "../build/entry-points.js";
import { root } from "../common/paths.js";
import { codeBlock, heading, html, inlineMarkdown, linkedCode, markdown, table } from "./html.js";

/** @typedef {import("typedoc").DeclarationReflection} Declaration */
/** @typedef {import("typedoc").SignatureReflection} Signature */

const PACKAGE = "instacart-post-checkout-chat";
const CALLABLE = [ReflectionKind.Function, ReflectionKind.Method];

/** @param {string} entry */
const specifierOf = (entry) => (entry === "index" ? PACKAGE : `${PACKAGE}/${entry}`);

/** @param {string} entry */
const fileOf = (entry) => (entry === "index" ? "package.html" : `package-${entry}.html`);

/**
 * @param {Record<string, string>} entries
 * @returns {Promise<{ name: string, exports: Declaration[] }[]>} the entry points, each with what no earlier one exports
 */
export async function readExports(entries = entryPoints, tsconfig = `${root}tsconfig.json`) {
  const app = await Application.bootstrap({
    basePath: root,
    entryPoints: Object.values(entries).map((file) => `${root}${file}`),
    tsconfig,
    excludeExternals: true,
    excludePrivate: true,
    disableGit: true,
    sourceLinkTemplate: "{path}",
    gitRevision: "none",
    readme: "none",
    sort: ["source-order"],
    skipErrorChecking: true,
    logLevel: "Error",
  });
  const project = await app.convert();
  if (!project) throw new Error("src/ cannot be read; `npm run typecheck` says why");
  const modules = Object.keys(entries).map((name) => {
    const file = `${root}${entries[name]}`;
    // A single entry point is the project itself.
    const found = project
      .getChildrenByKind(ReflectionKind.Module)
      .find(({ sources }) => sources?.some(({ fullFileName }) => fullFileName === file));
    return { name, exports: (found ?? project).children?.filter((child) => !child.isReference()) ?? [] };
  });
  return modules;
}

/** Where each export is described, by its name. @param {Awaited<ReturnType<typeof readExports>>} modules */
export function exportTargets(modules) {
  return modules.flatMap(({ name, exports }) =>
    exports.map((item) => /** @type {const} */ ([item.name, `${fileOf(name)}#${item.name}`])),
  );
}

/** What is said first of each export, by its name. @param {Awaited<ReturnType<typeof readExports>>} modules */
export function summariesOf(modules) {
  return new Map(
    modules.flatMap(({ exports }) => exports.map((item) => [item.name, textOf(commentOf(item)?.summary)])),
  );
}

/** @param {Awaited<ReturnType<typeof readExports>>} modules @returns {string[]} the exports, and their members, that have no comment */
export function uncommented(modules) {
  return modules.flatMap(({ name, exports }) =>
    exports.flatMap((item) =>
      [item, ...membersOf(item)]
        .filter((part) => (commentOf(part)?.summary ?? []).length === 0)
        .map((part) => `${name}: ${part === item ? item.name : `${item.name}.${part.name}`}`),
    ),
  );
}

/** @param {Awaited<ReturnType<typeof readExports>>} modules */
export function packageReference(modules) {
  return modules.map(({ name, exports }) => ({
    file: fileOf(name),
    title: specifierOf(name),
    navTitle: name === "index" ? "Package" : `Package/${name}`,
    summary: `Every export of ${specifierOf(name)}: meaning, units, defaults and errors.`,
    tocDepth: 2,
    body: html`<h1><code>${specifierOf(name)}</code></h1>
      <p>Every export of this entry point: ${exports.length} in all. Types are TypeScript's.</p>
      ${GROUPS.map((isIn) => exports.filter(isIn).map(exportSection))}`,
  }));
}

/** In the order of a page: what is called, what it takes and gives, what is thrown, what comes from the spec. */
const GROUPS = /** @type {((item: Declaration) => boolean)[]} */ ([
  ({ kind }) => kind === ReflectionKind.Function,
  (item) => item.kindOf([ReflectionKind.Interface, ReflectionKind.TypeAlias]) && !isGenerated(item),
  ({ kind }) => kind === ReflectionKind.Class,
  isGenerated,
]);

/** Whether a type is generated from the spec; then the HTTP reference describes it. @param {Declaration} item */
function isGenerated({ sources = [] }) {
  return sources.every(({ fullFileName }) => relative(root, fullFileName).startsWith("generated"));
}

/** @param {Declaration} item */
function exportSection(item) {
  const members = membersOf(item);
  const properties = members.filter(({ kind }) => !CALLABLE.includes(kind));
  const methods = members.filter(({ kind }) => CALLABLE.includes(kind));
  return html`<section class="export">
    ${heading(2, item.name, html`${item.name} <small>${ReflectionKind.singularString(item.kind).toLowerCase()}</small>`)}
    ${codeBlock(declarationOf(item), "typescript", "TypeScript")} ${commentSection(item)}
    ${
      properties.length > 0 &&
      table(
        ["Property", "Type", "Description"],
        properties.map((property) => propertyRow(item, property)),
      )
    }
    ${methods.map((method) => html`${heading(3, `${item.name}.${method.name}`, method.name)}${codeBlock(declarationOf(method), "typescript", "TypeScript")}${commentSection(method)}`)}
  </section> `;
}

/** @param {Declaration} owner @param {Declaration} property */
function propertyRow(owner, property) {
  const fallback = property.comment?.getTag("@default");
  const type = (property.type ?? property.getSignature?.type)?.toString() ?? "";
  const optional = property.flags.isOptional;
  return [
    html`<code id="${owner.name}.${property.name}">${property.name}${optional && "?"}</code>`,
    linkedCode(optional ? type.replace(/ \| undefined$/, "") : type),
    html`${markdown(textOf(property.comment?.summary))}${
      fallback &&
      html`<p class="facts">Default: <code>${textOf(fallback.content).replace(/^```ts\n|\n```$/g, "")}</code></p>`
    }`,
  ];
}

/** The members of an export that a reader needs. @param {Declaration} item */
function membersOf(item) {
  const children = item.children ?? (item.type?.type === "reflection" ? (item.type.declaration.children ?? []) : []);
  // A member of the type never only keeps two shapes apart, and the name of an error is the name of its class.
  const isTold = (/** @type {Declaration} */ { kind, name, type }) =>
    kind !== ReflectionKind.Constructor &&
    !["never", "undefined"].includes(String(type)) &&
    !(item.kind === ReflectionKind.Class && name === "name");
  return isGenerated(item) ? [] : children.filter(isTold);
}

/** The comment of a function is at its signature. @param {Declaration} item */
const commentOf = (item) => item.comment ?? item.signatures?.[0]?.comment ?? item.getSignature?.comment;

/** @param {Declaration} item */
function commentSection(item) {
  const comment = commentOf(item);
  const [signature] = item.signatures ?? [];
  const parameters = signature?.parameters ?? [];
  const [returned] = comment?.getTags("@returns") ?? [];
  const thrown = comment?.getTags("@throws") ?? [];
  const examples = comment?.getTags("@example") ?? [];
  return html`${markdown(textOf(comment?.summary))}
  ${
    parameters.some(({ comment, type }) => comment ?? summaryOfType(type)) &&
    table(
      ["Parameter", "Type", "Description"],
      parameters.map(({ name, type, flags, comment }) => [
        html`<code>${name}${flags.isOptional && "?"}</code>`,
        linkedCode(String(type)),
        inlineMarkdown(textOf(comment?.summary ?? summaryOfType(type))),
      ]),
    )
  }
  ${signature && html`<p><strong>Returns</strong> ${linkedCode(String(signature.type))}${returned && html`: ${inlineMarkdown(textOf(returned.content))}`}</p>`}
  ${
    thrown.length > 0 &&
    html`<p><strong>Throws</strong></p>
      <ul>
        ${thrown.map(({ content }) => html`<li>${inlineMarkdown(textOf(content).replace(/^\w+Error\b/, "`$&`"))}</li>`)}
      </ul>`
  }
  ${examples.map(({ content }) => codeBlock(textOf(content).replace(/^```ts\n|\n```$/g, ""), "typescript", "Example"))}`;
}

/** @param {import("typedoc").SomeType | undefined} type */
function summaryOfType(type) {
  return type?.type === "reference" ? type.reflection?.comment?.summary : undefined;
}

/** @param {readonly import("typedoc").CommentDisplayPart[] | undefined} parts @returns {string} Markdown */
function textOf(parts = []) {
  return parts.map((part) => (part.kind === "inline-tag" ? `\`${part.text}\`` : part.text)).join("");
}

/** @param {Declaration} item @returns {string} TypeScript */
function declarationOf(item) {
  const { name, kind, signatures } = item;
  if (signatures)
    return signatures
      .map((signature) => signatureOf(signature, kind === ReflectionKind.Function ? "function " : ""))
      .join("\n");
  const bases = item.extendedTypes?.map(String).join(", ");
  if (kind === ReflectionKind.TypeAlias) return `type ${name}${typeParametersOf(item)} = ${item.type}`;
  return `${kind === ReflectionKind.Class ? "class" : "interface"} ${name}${typeParametersOf(item)}${bases ? ` extends ${bases}` : ""}`;
}

/** @param {Declaration | Signature} item */
function typeParametersOf({ typeParameters = [] }) {
  return typeParameters.length > 0 ? `<${typeParameters.map(({ name }) => name).join(", ")}>` : "";
}

/** @param {Signature} signature @param {string} keyword */
function signatureOf({ name, parameters = [], type, ...rest }, keyword) {
  const list = parameters.map(
    ({ name, flags, type }) => `${flags.isRest ? "..." : ""}${name}${flags.isOptional ? "?" : ""}: ${type}`,
  );
  return `${keyword}${name}${typeParametersOf(/** @type {any} */ (rest))}(${list.join(", ")}): ${type}`;
}
