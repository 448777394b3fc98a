import { parseTree, type Node } from "jsonc-parser";
import type { Problem } from "./report.js";

/** JSON text as a value, and the problems that `JSON.parse` ignores. */
export interface StrictJson {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** Stands in the value for a number that JavaScript cannot hold exactly, so that no schema accepts it as an integer. */
export class InexactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): string {
    return this.text;
  }
}

/**
 * Reads JSON more strictly than `JSON.parse`: a duplicate name is a problem, and a number keeps its digits.
 *
 * @returns `undefined` if the text is not JSON
 */
export function readJson(text: string): StrictJson | undefined {
  try {
    JSON.parse(text); // `JSON.parse` decides what is JSON at all.
  } catch {
    return undefined;
  }
  const problems: Problem[] = [];
  const read = (node: Node, pointer: string): unknown => {
    if (node.type === "number") return readNumber(text.slice(node.offset, node.offset + node.length));
    if (node.type === "array") return node.children?.map((element, index) => read(element, `${pointer}/${index}`));
    if (node.type !== "object") return node.value;
    const object = Object.create(null) as Record<string, unknown>; // Without a prototype, no name exists already.
    for (const { children: [key, value] = [] } of node.children ?? []) {
      const name = String(key?.value);
      const place = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (name in object) problems.push({ path: place, message: "must be given once" });
      object[name] = value && read(value, place);
    }
    return object;
  };
  try {
    const root = parseTree(text);
    return { value: root && read(root, ""), problems };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { value: undefined, problems: [{ path: "", message: "must not be nested thousands of levels deep" }] };
  }
}

function readNumber(text: string): number | InexactNumber {
  const value = Number(text);
  return digitsOf(String(value)) === digitsOf(text) ? value : new InexactNumber(text);
}

/** The same text for all spellings of a number: `1500`, `1.5e3` and `1500.0`. */
function digitsOf(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
