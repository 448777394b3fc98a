// What is made of the description.
import openapiTypeScript, { astToString } from "openapi-typescript";
import ts from "typescript";
import { describeOperations } from "./operations.js";
import { compileValidators } from "./validators.js";

const NOTICE = "// Generated from openapi/openapi.yaml by `npm run generate`. Do not edit.\n\n";

/**
 * @param {import("./walk.js").Description} bundle the description in one piece
 * @returns {Promise<Record<string, string>>} the content of each file
 */
export async function generatedFiles(bundle) {
  const validators = compileValidators(bundle);
  const operations = describeOperations(bundle);
  return {
    "openapi.json": `${JSON.stringify(bundle, null, 2)}\n`,
    "api.d.ts": NOTICE + (await compileTypes(bundle)),
    "validators.js": NOTICE + validators.code,
    "validators.d.ts": NOTICE + validators.declarations,
    "operations.js": NOTICE + operations.code,
    "operations.d.ts": NOTICE + operations.declarations,
  };
}

/** @param {import("./walk.js").Description} bundle */
async function compileTypes(bundle) {
  const nodes = await openapiTypeScript(JSON.stringify(bundle), { immutable: true });
  return astToString(ts.transform(nodes, [withUndefined]).transformed);
}

/**
 * Lets each optional property be `undefined`, too, so that callers who compile with `exactOptionalPropertyTypes` can pass
 * a value that may be absent. openapi-fetch leaves it out.
 *
 * @type {ts.TransformerFactory<ts.Node>}
 */
function withUndefined(context) {
  const { factory } = context;
  return (root) =>
    ts.visitNode(root, function visit(node) {
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isPropertySignature(visited) || !visited.questionToken || !visited.type) return visited;
      if (visited.type.kind === ts.SyntaxKind.NeverKeyword) return visited;
      const { modifiers, name, questionToken, type } = visited;
      const orUndefined = factory.createKeywordTypeNode(ts.SyntaxKind.UndefinedKeyword);
      const union = factory.createUnionTypeNode([type, orUndefined]);
      return factory.updatePropertySignature(visited, modifiers, name, questionToken, union);
    });
}
