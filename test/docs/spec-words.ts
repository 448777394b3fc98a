// Everything that the spec says, as a reader meets it.
import { spec } from "../support/spec.js";

/** Members whose keys are words that a reader looks for. */
const KEYS = ["properties", "schemas", "paths", "responses", "content", "examples", "securitySchemes"];

/** @returns each name, status, code, text and value of the spec, with the place where it stands */
export function specWords(): { place: string; text: string }[] {
  const words: { place: string; text: string }[] = [];
  function walk(value: unknown, place: string, key: string) {
    if (typeof value !== "object" || value === null) {
      for (const text of ["description", "summary"].includes(key) ? readingOf(String(value)) : [String(value)])
        words.push({ place, text });
      return;
    }
    if (place === "#/components/responses")
      return void Object.values(value).forEach((child) => walk(child, `${place}/`, ""));
    for (const [name, child] of Object.entries(value)) {
      if (name === "$ref") continue;
      if (KEYS.includes(key) && !Array.isArray(value)) words.push({ place, text: name });
      if (!isStructure(name, child)) walk(child, `${place}/${name}`, name);
    }
  }
  const { components, ...rest } = spec;
  // Parameters and examples are shown where they are referred to, without their names as components.
  const { parameters, examples, ...named } = components;
  walk(rest, "#", "");
  walk(named, "#/components", "");
  for (const [name, { examples, ...parameter }] of Object.entries(parameters)) {
    walk(parameter, `#/components/parameters/${name}`, "");
    walk(Object.values(examples), `#/components/parameters/${name}/examples`, "");
  }
  for (const [name, example] of Object.entries(examples)) walk(example, `#/components/examples/${name}`, "");
  return words;
}

/** What a page says in another way: `required: true`, `minLength: 1`, the language of a sample with a label. */
const isStructure = (name: string, value: unknown) =>
  (name === "required" && (typeof value === "boolean" || Array.isArray(value))) || ["minLength", "lang"].includes(name);

/** Markdown as it reads, one paragraph, heading or list item an entry. */
function readingOf(markdown: string): string[] {
  return markdown
    .split(/\n\n|\n(?=- )/)
    .map((block) =>
      block
        .replace(/^(#+|-) /, "")
        .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1") // A link.
        .replace(/\*\*|`|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)/g, "")
        .trim(),
    )
    .filter((block) => block !== "");
}
