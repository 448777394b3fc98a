// The files in generated/ that come from the spec.
import { compileOperations } from "./operations.js";
import { compileTypes } from "./types.js";
import { compileValidators } from "./validators.js";

const NOTICE = "// Generated from openapi/openapi.yaml by `npm run generate`. Do not edit.\n\n";

/**
 * @param {import("../common/spec-queries.js").Spec} spec
 * @returns {Promise<Record<string, string>>} the content of each file, by its name
 */
export async function generatedFiles(spec) {
  const validators = compileValidators(spec);
  const operations = compileOperations(spec);
  return {
    "openapi.json": `${JSON.stringify(spec, null, 2)}\n`,
    "api.d.ts": NOTICE + (await compileTypes(spec)),
    "validators.js": NOTICE + validators.code,
    "validators.d.ts": NOTICE + validators.declarations,
    "operations.js": NOTICE + operations.code,
    "operations.d.ts": NOTICE + operations.declarations,
  };
}
