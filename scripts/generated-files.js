// What is made of the description.
import openapiTypeScript, { astToString } from "openapi-typescript";
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
    "api.d.ts": NOTICE + astToString(await openapiTypeScript(JSON.stringify(bundle), { immutable: true })),
    "validators.js": NOTICE + validators.code,
    "validators.d.ts": NOTICE + validators.declarations,
    "operations.js": NOTICE + operations.code,
    "operations.d.ts": NOTICE + operations.declarations,
  };
}
