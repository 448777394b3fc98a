import { isErrorLike } from "./error-like.js";
import { isChatClientError } from "./errors.js";

const REDACTED = "[redacted]";

// A shorter one is no real token but, say, a test's, and may well be a part of ordinary words.
const MIN_SECRET_LENGTH = 6;

/** Replaces each occurrence of the secrets, such as in the text of a server that echoes them. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .flatMap((secret) => [secret, ...asInJson(secret)])
    .reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
}

/** How JSON may write a string, with and without escaping slashes. */
function asInJson(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  return [json, json.replaceAll("/", "\\/")];
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
  if (depth === 0 || !isTransparent(value)) return false;
  return Reflect.ownKeys(value).every(
    (key) => isClean(key, secrets, depth) && isClean(Reflect.get(value, key), secrets, depth - 1),
  );
}

/** Whether all that an object shows are its own properties: a plain object or list, our errors, others without methods. */
function isTransparent(value: object): boolean {
  if (Array.isArray(value) || isChatClientError(value)) return true;
  for (let prototype: unknown = Object.getPrototypeOf(value); prototype !== null;) {
    const next: unknown = Object.getPrototypeOf(prototype);
    if (next !== null && !Reflect.ownKeys(prototype as object).every((key) => PLAIN_KEYS.includes(key))) return false;
    prototype = next;
  }
  return true;
}

const PLAIN_KEYS: readonly PropertyKey[] = ["constructor", "name", "message", "stack", "toString"];

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
