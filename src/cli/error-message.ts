import { safeText } from "./safe-text.js";

/** What an error says, in one line that is safe to show on a terminal. */
export function errorMessage(error: unknown): string {
  return safeText((error instanceof Error ? error.message : String(error)).replace(/\s+/g, " "));
}
