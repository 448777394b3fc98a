// What is made of the description.
import openapiTypeScript, { astToString } from "openapi-typescript";
import { compileValidators } from "./validators.js";

const NOTICE = "// Generated from openapi/openapi.yaml by `npm run generate`. Do not edit.\n\n";

/**
 * @param {import("./validators.js").Description} bundle the description in one piece
 * @returns {Promise<Record<string, string>>} the content of each file
 */
export async function generatedFiles(bundle) {
  const { code, declarations } = compileValidators(bundle);
  return {
    "openapi.json": `${JSON.stringify(bundle, null, 2)}\n`,
    "api.d.ts": NOTICE + astToString(await openapiTypeScript(JSON.stringify(bundle), { immutable: true })),
    "validators.js": NOTICE + code,
    "validators.d.ts": NOTICE + declarations,
  };
}
