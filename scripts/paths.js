// Where things are, so that every script works from any folder.
import { fileURLToPath } from "node:url";

/** @param {string} path relative to the repository's root */
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const root = at("");
export const description = at("openapi/openapi.yaml");
export const lintConfiguration = at("openapi/redocly.yaml");
export const generatedFolder = at("generated/");
export const distFolder = at("dist/");
export const docsTemplate = at("scripts/docs.hbs");
export const docsPage = at("docs/index.html");

/** What users import, by the name of the file in dist/. */
export const entryPoints = { index: "src/index.ts", oauth: "src/oauth/index.ts", testing: "src/testing/index.ts" };

/** One file for the declarations that any of them have in common, whichever those are. */
export const declarationChunks = { groups: [{ name: "shared.d", minShareCount: 2 }] };
