// Absolute paths, so that a script works from any working directory.
import { fileURLToPath } from "node:url";

/** @param {string} path relative to the root of the repository */
const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const root = at("");
export const specFile = at("openapi/openapi.yaml");
export const redoclyConfig = at("openapi/redocly.yaml");
export const generatedFolder = at("generated/");
export const distFolder = at("dist/");
