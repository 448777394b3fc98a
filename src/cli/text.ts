import { redact } from "../index.js";

// What a terminal interprets, reorders or hides: control, format, private and unassigned characters, lone surrogates,
// line and paragraph separators, every space but U+0020, and what Unicode calls default ignorable. And what begins a
// command in the log of a CI system, some of which read them anywhere in a line: `##[`, `##vso[` and `::name`.
const UNSAFE = /(?<=#)#|:(?=:[a-z])|(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/giu;

/** Replaces each character that could mislead the reader of a terminal, or a CI system, with its `\u` escape. */
export function safeText(text: string): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(UNSAFE, (character) => character.split("").map(escape).join("")); // A pair has two units.
}

/** One line of JSON that is safe to show and parses to the same value. */
export function safeJson(value: unknown): string {
  return safeText(JSON.stringify(value)); // Compact JSON has nothing to escape outside its strings.
}

/** Makes foreign text safe for any report: one line without secrets, of at most so many characters. */
export function quote(text: string, secrets: readonly string[], maxCharacters = 80): string {
  const characters = Array.from(safeText(redact(text, secrets)));
  return characters.slice(0, maxCharacters).join("") + (characters.length > maxCharacters ? "…" : "");
}

// From the library's names of options to the command's.
const COMMAND_WORDS = {
  accessToken: "INSTACART_ACCESS_TOKEN",
  clientId: "INSTACART_CLIENT_ID",
  clientSecret: "INSTACART_CLIENT_SECRET",
  baseUrl: "INSTACART_BASE_URL",
  allowInsecureHttp: "--allow-insecure-http",
  orderId: "order_id",
  userId: "user_id",
  retailerId: "--retailer-id",
  locale: "--locale",
  timeoutMs: "--timeout",
};

/** An error's message. That of an invalid option has the command's names, or `words`: `--base-url must be …`. */
export function errorText(error: unknown, words: Readonly<Record<string, string>> = {}): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof TypeError)) return error.message; // It is not about an option, and may quote foreign text.
  const names: Record<string, string> = { ...COMMAND_WORDS, ...words };
  return error.message.replace(/, or a function that returns it/, "").replace(/\w+/g, (word) => names[word] ?? word);
}

/** The same on one line that is safe to show. */
export function errorMessage(error: unknown, words?: Readonly<Record<string, string>>): string {
  return safeText(errorText(error, words).replace(/\s+/g, " ").trim());
}

/** For example `1 order` or `2 orders`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** For example `ApiError, status 404, code 4000`. */
export function failureKind(error: unknown): string {
  if (!(error instanceof Error)) return "error";
  const { name, httpStatus, code } = error as Error & { httpStatus?: number; code?: number | string };
  return [name, httpStatus && `status ${httpStatus}`, code && `code ${code}`].filter(Boolean).join(", ");
}
