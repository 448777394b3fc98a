const REDACTED = "[redacted]";

// Anything shorter is not a real token, and could be part of an ordinary word.
const MIN_SECRET_LENGTH = 6;
const MAX_CAUSES = 5; // A chain of causes may be circular.

/** What errors have, including those of another realm, such as a test environment's, where `instanceof` says no. */
export interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

export function isErrorLike(value: unknown): value is ErrorLike {
  if (typeof value !== "object" || value === null) return false;
  const { name, message } = value as Partial<Record<keyof ErrorLike, unknown>>;
  return typeof name === "string" && typeof message === "string";
}

/** Replaces each occurrence of a secret, for example in the text of a server that echoes it. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length) // One may begin with the other.
    .reduce((rest, secret) => rest.replace(inAnyEncoding(secret), REDACTED), text);
}

/** The values of headers that, by their names, authenticate somebody, such as a gateway's. */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(headers).filter((name) => /auth|cookie|key|password|secret|token/.test(name));
  return names.map((name) => headers[name] ?? "");
}

/**
 * Matches a text as it is, and as URLs, JSON and HTML may write characters that are not letters or digits. Nested JSON
 * has more backslashes; without a limit, a long row of them would be searched from each of its positions.
 */
function inAnyEncoding(text: string): RegExp {
  const characters = Array.from(text, (character) => {
    if (/[a-z\d]/i.test(character)) return character;
    const code = character.charCodeAt(0);
    const hex = code.toString(16);
    return `(?:\\\\{0,9}\\x${hex}|%${hex}|\\\\{1,9}u00${hex}|&#(?:x${hex}|${code});)`;
  });
  return new RegExp(characters.join(""), "gi");
}

/**
 * Copies what somebody else's code threw so that it can be a `cause`: an `Error` with the same name, message, code,
 * stack and causes, all redacted. Other properties are left out, since they may hold a secret, as a `Request` does.
 */
export function redactError(error: unknown, secrets: readonly string[], depth: number = MAX_CAUSES): unknown {
  if (typeof error === "string") return redact(error, secrets);
  if (Object(error) !== error) return error;
  try {
    if (!isErrorLike(error) || depth === 0) return REDACTED;
    const { name, message, stack, code, cause } = error;
    const copy = new Error(redact(message, secrets));
    defineHidden(copy, "cause", redactError(cause, secrets, depth - 1));
    defineHidden(copy, "name", redact(name, secrets));
    if (typeof stack === "string") defineHidden(copy, "stack", redact(stack, secrets));
    if (typeof code === "string") defineHidden(copy, "code", redact(code, secrets));
    if (typeof code === "number") defineHidden(copy, "code", code);
    return copy;
  } catch {
    return REDACTED; // Inspecting it throws.
  }
}

/** Defines a property that neither loggers nor spreads see, unless its value is `undefined`. */
export function defineHidden(target: object, key: PropertyKey, value: unknown): void {
  if (value !== undefined) Object.defineProperty(target, key, { value, writable: true, configurable: true });
}
