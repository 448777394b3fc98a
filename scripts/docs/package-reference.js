// The package reference: what TSDoc says of every export, one page for each entry point.
import { relative } from "node:path";
import { Application, ReflectionKind } from "typedoc";
import { entryPoints } from "../build/entry-points.js";
import { root } from "../common/paths.js";
import {
  codeBlock,
  heading,
  html,
  inlineMarkdown,
  linkedCode,
  linkTargets,
  markdown,
  permalink,
  table,
} from "./html.js";

/** @typedef {import("typedoc").DeclarationReflection} Declaration */
/** @typedef {{ name: string, exports: Declaration[] }[]} Modules the entry points, each with what no earlier one exports */

const PACKAGE = "instacart-post-checkout-chat";

/** @param {string} entry */
const specifierOf = (entry) => (entry === "index" ? PACKAGE : `${PACKAGE}/${entry}`);

/** @param {string} entry */
const fileOf = (entry) => (entry === "index" ? "package.html" : `package-${entry}.html`);

/** @param {Record<string, string>} entries @returns {Promise<Modules>} */
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
  return Object.keys(entries).map((name) => {
    const file = `${root}${entries[name]}`;
    // A single entry point is the project itself.
    const found = project
      .getChildrenByKind(ReflectionKind.Module)
      .find(({ sources }) => sources?.some(({ fullFileName }) => fullFileName === file));
    const exports = (found ?? project).children?.filter((child) => !child.isReference()) ?? [];
    // The type of a value with the same name has nothing to add.
    const values = exports.filter(({ kind }) => kind === ReflectionKind.Variable).map(({ name }) => name);
    return {
      name,
      exports: exports.filter((item) => item.kind !== ReflectionKind.TypeAlias || !values.includes(item.name)),
    };
  });
}

/** Where each export is described, by its name. @param {Modules} modules */
export function exportTargets(modules) {
  return modules.flatMap(({ name, exports }) =>
    exports.map((item) => /** @type {const} */ ([item.name, `${fileOf(name)}#${item.name}`])),
  );
}

/** What is said first of each export, by its name. @param {Modules} modules */
export function summariesOf(modules) {
  return new Map(modules.flatMap(({ exports }) => exports.map((item) => [item.name, summaryOf(item)])));
}

/** The names of the methods that users call. @param {Modules} modules */
export function methodNames(modules) {
  const members = modules.flatMap(({ exports }) => exports.flatMap(membersOf));
  return new Set(members.filter(({ kind }) => kind === ReflectionKind.Method).map(({ name }) => name));
}

/** @param {Modules} modules @returns {string[]} the exports, and their members, that have no comment */
export function uncommented(modules) {
  return modules.flatMap(({ name, exports }) =>
    exports.flatMap((item) =>
      [item, ...membersOf(item)]
        .filter((part) => summaryOf(part) === "")
        .map((part) => `${name}: ${part === item ? item.name : idOf(item, part)}`),
    ),
  );
}

/** @param {Modules} modules @param {string | undefined} repository its address, for links to the sources */
export function packageReference(modules, repository) {
  return modules.map(({ name, exports }) => ({
    file: fileOf(name),
    title: specifierOf(name),
    navTitle: name === "index" ? "Package" : `Package/${name}`,
    summary: `All ${exports.length} exports of ${specifierOf(name)}: meaning, units, defaults and errors.`,
    source: entryPoints[/** @type {keyof typeof entryPoints} */ (name)],
    tocDepth: 3,
    body: html`<h1><code>${specifierOf(name)}</code></h1>
      <p>All ${exports.length} exports of <code>${specifierOf(name)}</code>. A question mark means optional.</p>
      ${exports.toSorted((a, b) => rankOf(a) - rankOf(b)).map((item) => exportSection(item, repository))}`,
  }));
}

/**
 * On a page, first is what creates something, then what has methods, other functions, what is passed and returned, what is
 * thrown, and what comes from the spec.
 *
 * @param {Declaration} item
 */
function rankOf(item) {
  if (isGenerated(item)) return 5;
  if (item.signatures && item.kind === ReflectionKind.Function)
    return item.signatures.some(({ type }) => type?.type === "reference" && type.reflection) ? 0 : 2;
  if (!item.kindOf([ReflectionKind.Interface, ReflectionKind.TypeAlias])) return 4;
  return membersOf(item).some(isOwnMethod) ? 1 : 3;
}

/** Whether a type is generated from the spec; then the HTTP reference describes it. @param {Declaration} item */
const isGenerated = ({ sources = [] }) =>
  sources.every(({ fullFileName }) => relative(root, fullFileName).startsWith("generated"));

/** Whether it has a section of its own; an inherited method is described at its base. @param {Declaration} item */
const isOwnMethod = ({ signatures, inheritedFrom }) => signatures !== undefined && inheritedFrom === undefined;

/** @param {Declaration} item @param {string | undefined} repository */
function exportSection(item, repository) {
  const members = membersOf(item);
  const rows = members.filter((member) => !isOwnMethod(member)).map((member) => memberRow(item, member));
  const [source] = item.sources ?? [];
  const kind = ReflectionKind.singularString(item.kind).toLowerCase();
  return html`<section class="export">
    ${heading(2, item.name, html`${item.name} <small>${kind}</small>`)} ${descriptionOf(item)}
    ${rows.length > 0 && table(["Property", "Type", "Description"], rows)}
    ${members.filter(isOwnMethod).map((method) => {
      const isConstructor = method.kind === ReflectionKind.Constructor;
      const title = `${isConstructor ? `new ${item.name}` : method.name}()`;
      return html`${heading(3, idOf(item, method), title)} ${descriptionOf(method)}`;
    })}
    ${repository && source && html`<p class="facts"><a href="${repository}/blob/main/${source.fileName}#L${source.line}">Source of ${item.name}</a></p>`}
  </section> `;
}

/** @param {Declaration} owner @param {Declaration} member */
const idOf = (owner, member) => `${owner.name}.${member.name}`;

/** @param {Declaration} owner @param {Declaration} member */
function memberRow(owner, member) {
  const { name, flags, signatures, type = member.getSignature?.type } = member;
  const [fallback] = commentOf(member)?.getTags("@default") ?? [];
  const text = signatures ? signatures.map(signatureOf).join("; ") : String(type);
  const id = idOf(owner, member);
  return {
    id,
    cells: [
      html`<code>${permalink(id, html`${name}${flags.isOptional && "?"}`)}</code>`,
      linkedCode(flags.isOptional ? text.replace(/ \| undefined$/, "") : text),
      html`${markdown(summaryOf(member))}${fallback && html`<p class="facts">Default: <code>${codeOf(fallback)}</code></p>`}`,
    ],
  };
}

/**
 * What users can reach of an export, constructors and accessors included. A member of the type `never` or `undefined` only
 * keeps two shapes apart.
 *
 * @param {Declaration} item
 * @returns {Declaration[]}
 */
function membersOf(item) {
  if (isGenerated(item)) return [];
  const members = (item.children ?? childrenOf(item.type)).filter(
    ({ type }) => !["never", "undefined"].includes(String(type ?? "")),
  );
  members.sort((a, b) => Number(a.inheritedFrom !== undefined) - Number(b.inheritedFrom !== undefined));
  return members.filter(({ name }, at) => members.findIndex((other) => other.name === name) === at);
}

/** @param {import("typedoc").SomeType | undefined} type @returns {Declaration[]} the members of the object types that it is made of */
function childrenOf(type) {
  if (type?.type === "reflection") return type.declaration.children ?? [];
  return type?.type === "union" || type?.type === "intersection" ? type.types.flatMap(childrenOf) : [];
}

/** The comment of a function is at its signature. @param {Declaration} item */
const commentOf = (item) => item.comment ?? item.signatures?.[0]?.comment ?? item.getSignature?.comment;

/** @param {Declaration} item @returns {string} Markdown */
const summaryOf = (item) => textOf(commentOf(item)?.summary);

/** The declaration, and what its comment says. @param {Declaration} item */
function descriptionOf(item) {
  const tagged = (/** @type {`@${string}`} */ tag) => commentOf(item)?.getTags(tag) ?? [];
  const [signature] = item.signatures ?? [];
  const parameters = withoutThis(signature?.parameters).map((parameter) => ({
    ...{ name: nameOf(parameter), type: linkedCode(String(parameter.type)) },
    text: textOf(parameter.comment?.summary ?? summaryOfType(parameter.type)),
  }));
  const thrown = tagged("@throws").map(({ content }) => textOf(content).replace(/^\w+Error\b/, "`$&`"));
  const declaration = declarationOf(item);
  return html`${declaration !== "" && codeBlock(declaration, "typescript", "TypeScript")} ${markdown(summaryOf(item))}
  ${
    parameters.some(({ text }) => text !== "") &&
    table(
      ["Parameter", "Type", "Description"],
      parameters.map(({ name, type, text }) => [html`<code>${name}</code>`, type, inlineMarkdown(text)]),
    )
  }
  ${
    signature &&
    item.kind !== ReflectionKind.Constructor &&
    html`<p>
      <strong>Returns</strong>
      ${linkedCode(String(signature.type))}${tagged("@returns").map(({ content }) => html`: ${inlineMarkdown(textOf(content))}`)}
    </p>`
  }
  ${
    thrown.length > 0 &&
    html`<p><strong>Throws</strong></p>
      <ul>
        ${thrown.map((text) => html`<li>${inlineMarkdown(text)}</li>`)}
      </ul>`
  }
  ${tagged("@example").map((example) => codeBlock(codeOf(example), "typescript", "Example"))}`;
}

/** @param {import("typedoc").SomeType | undefined} type */
const summaryOfType = (type) => (type?.type === "reference" ? type.reflection?.comment?.summary : undefined);

/** @param {readonly import("typedoc").CommentDisplayPart[] | undefined} parts @returns {string} Markdown */
const textOf = (parts = []) =>
  parts.map((part) => (part.kind === "inline-tag" ? `\`${part.text}\`` : part.text)).join("");

/** @param {import("typedoc").CommentTag} tag whose content is code */
const codeOf = ({ content }) => textOf(content).replace(/^```ts\n|\n```$/g, "");

/** What the heading does not say; a class and most interfaces have nothing more. @param {Declaration} item @returns {string} TypeScript */
function declarationOf({ name, kind, type, signatures = [], extendedTypes = [], typeParameters }) {
  const calls = signatures.map(signatureOf);
  const bases = extendedTypes.map(String).filter((base) => linkTargets.has(base));
  if (kind === ReflectionKind.TypeAlias) return `type ${name}${typeParametersOf(typeParameters)} = ${type}`;
  if (kind === ReflectionKind.Variable) return `const ${name}: ${type}`;
  if (kind === ReflectionKind.Interface && calls.length > 0)
    return `interface ${[name, ...bases].join(" extends ")} {\n  ${calls.join("\n  ").replaceAll(name, "")}\n}`;
  const keyword = kind === ReflectionKind.Function ? "function " : kind === ReflectionKind.Constructor ? "new " : "";
  return calls.map((call) => keyword + call).join("\n");
}

/** @param {readonly { name: string }[]} [parameters] */
const typeParametersOf = (parameters = []) =>
  parameters.length > 0 ? `<${parameters.map(({ name }) => name).join(", ")}>` : "";

/** @param {import("typedoc").ParameterReflection[]} [parameters] */
const withoutThis = (parameters = []) => parameters.filter(({ name }) => name !== "this");
/** A parameter with a default value is optional as well. @param {import("typedoc").ParameterReflection} parameter */
const nameOf = ({ name, flags, defaultValue }) =>
  `${flags.isRest ? "..." : ""}${name}${flags.isOptional || defaultValue !== undefined ? "?" : ""}`;

/** @param {import("typedoc").SignatureReflection} signature */
function signatureOf({ name, parameters = [], typeParameters, type }) {
  const list = withoutThis(parameters).map((parameter) => `${nameOf(parameter)}: ${parameter.type}`);
  return `${name}${typeParametersOf(typeParameters)}(${list.join(", ")}): ${type}`;
}
