const REDACTED = "[redacted]";

// A shorter one is no real token but, say, a test's, and may well be a part of ordinary words.
const MIN_SECRET_LENGTH = 6;

/** Replaces each occurrence of a secret, such as in the text of a server that echoes it. */
export function redact(text: string, secret: string | undefined): string {
  return secret === undefined || secret.length < MIN_SECRET_LENGTH ? text : text.replaceAll(secret, REDACTED);
}

/**
 * Makes what somebody else threw fit to be a `cause`. It stays as it is when it can be seen to hold no secret.
 * Otherwise (the secret is in it, or objects that may hide it, such as a `Request`) a copy of its name, message, code,
 * stack and cause takes its place, of the same class and with the secret replaced.
 */
export function withoutSecret(error: unknown, secret: string | undefined): unknown {
  if (isClean(error, secret, MAX_DEPTH)) return error;
  return copy(error, secret, MAX_DEPTH);
}

const MAX_DEPTH = 5;

function isClean(value: unknown, secret: string | undefined, depth: number): boolean {
  if (typeof value === "string") return redact(value, secret) === value;
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0 || !isTransparent(value)) return false;
  return Reflect.ownKeys(value).every((key) => isClean(Reflect.get(value, key), secret, depth - 1));
}

/** Whether all that an object holds are its own properties. */
function isTransparent(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return value instanceof Error || Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

function copy(error: unknown, secret: string | undefined, depth: number): unknown {
  const clean = (text: unknown) => redact(String(text), secret);
  if (!(error instanceof Error) || depth === 0) return typeof error === "object" ? REDACTED : clean(error);
  const { name, message, stack, code, cause } = error as Error & { code?: unknown };
  const properties: Record<string, unknown> = { name: clean(name), message: clean(message), stack: clean(stack) };
  if (typeof code === "string" || typeof code === "number") properties["code"] = clean(code);
  if (cause !== undefined) properties["cause"] = copy(cause, secret, depth - 1);
  const descriptors = Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, { value, configurable: true }]),
  );
  return Object.create(Object.getPrototypeOf(error), descriptors);
}
