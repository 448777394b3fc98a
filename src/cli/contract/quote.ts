import { redact } from "../../redact.js";
import { safeText } from "../safe-text.js";

const MAX_CHARACTERS = 80;

/**
 * Makes foreign text safe for any report: one line, without secrets or anything that a terminal interprets. CI systems
 * interpret some text anywhere in a line, such as `##[error]`, so consecutive number signs are separated.
 */
export function quote(text: string, secrets: readonly string[], maxCharacters = MAX_CHARACTERS): string {
  const safe = Array.from(safeText(redact(text, secrets)).replace(/#(?=#)/g, "# "));
  return safe.length > maxCharacters ? `${safe.slice(0, maxCharacters).join("")}…` : safe.join("");
}
