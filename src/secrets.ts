import { classOf } from "./class-of.js";
import { isErrorLike } from "./error-like.js";
import { isChatClientError } from "./errors.js";
import { withoutUndefined } from "./without-undefined.js";

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

/**
 * Whether nothing that a value shows holds a secret: its properties, and what its classes are called and have in common.
 * Of what may hide something, such as a function or a map, one cannot say.
 */
function isClean(value: unknown, secrets: readonly string[], depth: number): boolean {
  if (Object(value) !== value) return redact(String(value), secrets) === String(value);
  if (depth === 0 || typeof value === "function" || !/^(Object|Array|Error)$/.test(classOf(value))) return false;
  const object = value as object; // By now it is one.
  return [...classesOf(object), object].every((owner) =>
    Reflect.ownKeys(owner).every((key) => {
      const isClass = owner !== object && key === "constructor";
      const shown: unknown = isClass ? object.constructor.name : Reflect.get(object, key);
      return isClean(key, secrets, depth) && isClean(shown, secrets, depth - 1);
    }),
  );
}

/** The prototypes of an object, but for the language's and this package's own. */
function classesOf(object: object): object[] {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (!prototype || isChatClientError(object)) return [];
  return isBuiltIn(prototype) ? classesOf(prototype) : [prototype, ...classesOf(prototype)];
}

/** Whether a prototype is the language's own, such as that of `TypeError`, of whatever realm. */
function isBuiltIn(prototype: object): boolean {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return (
    typeof constructor === "function" &&
    constructor.prototype === prototype &&
    Function.prototype.toString.call(constructor).endsWith("{ [native code] }")
  );
}

function copy(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (value === undefined) return undefined;
  if (typeof value === "string") return redact(value, secrets);
  if (!isErrorLike(value) || depth === 0) return REDACTED;
  const { message, cause } = value;
  const error = new Error(redact(message, secrets), withoutUndefined({ cause: copy(cause, secrets, depth - 1) }));
  for (const key of ["name", "stack", "code"] as const) {
    const shown = value[key];
    if (typeof shown === "string" || typeof shown === "number")
      Object.defineProperty(error, key, { value: typeof shown === "string" ? redact(shown, secrets) : shown });
  }
  return error;
}
