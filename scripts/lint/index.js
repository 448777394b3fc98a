// Rejects regular expressions in `src` that a hostile text could keep busy: their time must grow no faster than the text.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { fail, rejectArguments } from "../common/fail.js";
import { root } from "../common/paths.js";

process.env["RECHECK_BACKEND"] = "pure"; // In this process, the same on each platform.
const { checkSync } = await import("recheck");

rejectArguments("lint");
const files = (await readdir(join(root, "src"), { recursive: true })).filter((file) => file.endsWith(".ts"));
const expressions = (await Promise.all(files.map((file) => expressionsIn(join("src", file))))).flat();
const problems = expressions.filter(({ text }) => !isLinear(text)).map(({ text, place }) => `\n  ${place} ${text}`);
if (problems.length > 0) fail("lint", new Error(`a hostile text could keep these busy:${problems.join("")}`));
console.log(`lint: the time of all ${expressions.length} regular expressions in src grows no faster than the text`);

/** @param {string} file */
async function expressionsIn(file) {
  const source = ts.createSourceFile(file, await readFile(join(root, file), "utf8"), ts.ScriptTarget.Latest);
  /** @type {{ text: string, place: string }[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const { line } = source.getLineAndCharacterOfPosition(node.pos);
    if (ts.isRegularExpressionLiteral(node)) found.push({ text: node.text, place: `${file}:${line + 1}` });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What repeats nothing without a limit needs no analysis, which takes a tenth of a second. @param {string} literal */
function isLinear(literal) {
  if (!/[*+]|\{\d+,\}/.test(literal)) return true;
  const end = literal.lastIndexOf("/");
  return checkSync(literal.slice(1, end), literal.slice(end + 1), { timeout: null }).status === "safe";
}
