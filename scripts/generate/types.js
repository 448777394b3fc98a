// Compiles the spec to TypeScript types.
import openapiTypeScript, { astToString } from "openapi-typescript";
import ts from "typescript";

/**
 * @param {import("../common/spec-queries.js").Spec} spec
 * @returns {Promise<string>} a module of declarations
 */
export async function compileTypes(spec) {
  const nodes = await openapiTypeScript(JSON.stringify(spec), { immutable: true });
  return commented(astToString(ts.transform(nodes, [withUndefined]).transformed));
}

/**
 * Adds `undefined` to the type of each optional property, so that callers who compile with `exactOptionalPropertyTypes` can
 * pass a value that may be absent. openapi-fetch leaves it out of the request.
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

/** What openapi-typescript leaves without a comment; the package exports these three. */
const COMMENTS = {
  paths: "Every path of the OpenAPI description, with its operations.",
  components: "Every named schema, parameter and response of the OpenAPI description.",
  operations: "Every operation of the OpenAPI description by its `operationId`.",
};

/** @param {string} declarations */
function commented(declarations) {
  return declarations.replace(
    /^export interface (paths|components|operations) /gm,
    (line, name) => `/** ${COMMENTS[/** @type {keyof typeof COMMENTS} */ (name)]} */\n${line}`,
  );
}
