import { classOf } from "./class-of.js";
import { isErrorLike } from "./error-like.js";
import { isChatClientError } from "./errors.js";

const REDACTED = "[redacted]";

// A shorter one is no real token but, say, a test's, and may well be a part of ordinary words.
const MIN_SECRET_LENGTH = 6;

/** Replaces each occurrence of the secrets, such as in the text of a server that echoes them. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .sort((one, other) => other.length - one.length) // One may begin with the other.
    .reduce((rest, secret) => rest.replace(inAnyEncoding(secret), REDACTED), text);
}

/**
 * Finds a text as it is, and as URLs, JSON and HTML may write the characters that are no letters or digits. JSON in JSON
 * has more backslashes; without a limit, a long row of them would be walked from each of its places.
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
 * Makes what somebody else threw fit to be a `cause`. It stays as it is when it can be seen to hold no secret.
 * Otherwise (a secret is in it, or objects that may hide one, such as a `Request`) an `Error` with its name, message,
 * code, stack and cause takes its place, with the secrets replaced.
 */
export function withoutSecrets(error: unknown, secrets: readonly string[]): unknown {
  try {
    return isClean(error, secrets, MAX_DEPTH) ? error : copy(error, secrets, MAX_DEPTH);
  } catch {
    return REDACTED; // It does not let itself be looked at.
  }
}

const MAX_DEPTH = 5;

function isClean(value: unknown, secrets: readonly string[], depth: number): boolean {
  if (typeof value === "string") return redact(value, secrets) === value;
  if (typeof value === "symbol") return isClean(value.description, secrets, depth);
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0 || !isTransparent(value, secrets, depth - 1)) return false;
  return Reflect.ownKeys(value).every(
    (key) => isClean(key, secrets, depth) && isClean(Reflect.get(value, key), secrets, depth - 1),
  );
}

/** Whether an object shows nothing but properties that can be looked at: a plain object, a list or an error. */
function isTransparent(value: object, secrets: readonly string[], depth: number): boolean {
  if (isChatClientError(value)) return true;
  if (!["Object", "Array", "Error"].includes(classOf(value))) return false;
  for (let prototype = prototypeOf(value); prototype !== null; prototype = prototypeOf(prototype)) {
    if (isBuiltIn(prototype)) continue;
    for (const key of Reflect.ownKeys(prototype)) {
      const shown: unknown =
        key === "constructor" ? (value.constructor as { name?: unknown }).name : Reflect.get(value, key);
      if (!isClean(shown, secrets, depth)) return false;
    }
  }
  return true;
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}

/** Whether a prototype is the language's own, such as that of `TypeError`, of whatever realm. */
function isBuiltIn(prototype: object): boolean {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return (
    typeof constructor === "function" && Function.prototype.toString.call(constructor).endsWith("{ [native code] }")
  );
}

function copy(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (!isErrorLike(value) || depth === 0) return typeof value === "string" ? redact(value, secrets) : REDACTED;
  const { name, message, stack, code, cause } = value;
  const clean = (text: string) => redact(text, secrets);
  const error = new Error(clean(message), cause === undefined ? undefined : { cause: copy(cause, secrets, depth - 1) });
  const own = { name: clean(name), stack: clean(String(stack)), code: typeof code === "string" ? clean(code) : code };
  for (const [key, value] of Object.entries(own)) {
    if (typeof value === "string" || typeof value === "number") Object.defineProperty(error, key, { value });
  }
  return error;
}
