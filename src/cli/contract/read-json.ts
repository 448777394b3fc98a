const MAX_DUPLICATES = 10;
const MAX_POINTER_STEPS = 10;

// No schema looks deeper, and an error body of 64 KiB cannot hold so many valid items: what is left out cannot be what makes
// a body invalid. Validators need quadratic time for more errors.
const MAX_DEPTH = 10;
const MAX_ITEMS = 2500;

// The next token of text that is JSON.
const TOKEN = /[\s,:]*([{}[\]]|"[^"\\]*(?:\\[^][^"\\]*)*"|[^\s,:\]}]+)/gy;

/** An array or object that is being read. */
interface Frame {
  readonly container: unknown[] | Record<string, unknown>;
  /** The name or index of what is being read; `undefined` before a name. */
  step?: string | number | undefined;
}

/**
 * Reads JSON more strictly than `JSON.parse`: it finds duplicate names, and an integer that JavaScript cannot hold exactly
 * becomes a symbol, which fits no schema and describes itself. Time and memory are linear in the text, whatever is in it.
 *
 * @returns the value, and JSON pointers to the first names that an object has more than once; `undefined` for other text
 */
export function readJson(text: string) {
  try {
    JSON.parse(text); // Decides what is JSON at all, so that tokens need not be checked here.
  } catch {
    return undefined;
  }
  const root: unknown[] = [];
  const frames: Frame[] = [{ container: root }];
  const duplicates: string[] = [];
  let duplicateCount = 0;
  for (const [, token = ""] of text.matchAll(TOKEN)) {
    const frame = frames.at(-1) as Frame; // The outermost one stays.
    const isArray = Array.isArray(frame.container);
    if (token === "}" || token === "]") {
      frames.pop();
      endValue(frames);
    } else if (!isArray && frame.step === undefined) {
      frame.step = JSON.parse(token) as string;
      if (!Object.hasOwn(frame.container, frame.step)) continue;
      duplicateCount += 1;
      if (duplicates.length < MAX_DUPLICATES) duplicates.push(pointerTo(frames));
    } else {
      const value = readValue(token);
      if (isArray) frame.step = Number(frame.step ?? -1) + 1;
      add(frame, frames.length <= MAX_DEPTH ? value : undefined);
      if (token === "{" || token === "[") frames.push({ container: value as Frame["container"] });
      else endValue(frames);
    }
  }
  return { value: root[0], duplicates, duplicateCount };
}

function endValue(frames: readonly Frame[]): void {
  const frame = frames.at(-1);
  if (frame && !Array.isArray(frame.container)) frame.step = undefined;
}

function add({ container, step = "" }: Frame, value: unknown): void {
  if (!Array.isArray(container))
    Object.defineProperty(container, step, { value, writable: true, enumerable: true, configurable: true });
  else if (value !== undefined && container.length < MAX_ITEMS) container.push(value);
}

/** A JSON pointer to what is being read. Of many levels, the outer ones are left out. */
function pointerTo(frames: readonly Frame[]): string {
  const inner = frames.slice(1).slice(-MAX_POINTER_STEPS);
  const steps = inner.map(({ step }) => String(step).replaceAll("~", "~0").replaceAll("/", "~1"));
  return `${frames.length - 1 > steps.length ? "/…" : ""}/${steps.join("/")}`;
}

function readValue(token: string): unknown {
  if (token === "{") return {};
  if (token === "[") return [];
  return /^[-\d]/.test(token) ? readNumber(token) : JSON.parse(token);
}

function readNumber(text: string): number | symbol {
  const value = Number(text);
  const isFraction = Number.isFinite(value) && !Number.isInteger(value);
  if (isFraction || /^\d{1,15}$/.test(text)) return value; // A fraction is no integer, and few digits are exact.
  return digitsOf(String(value)) === digitsOf(text) ? value : Symbol(text);
}

/** The same text for all spellings of a number: `1500`, `1.5e3` and `1500.0`. */
function digitsOf(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = whole + fraction;
  let [start, end] = [0, digits.length]; // A regular expression that ends with `0+$` would take quadratic time.
  while (digits[start] === "0") start += 1;
  while (end > start && digits[end - 1] === "0") end -= 1;
  return start === end ? "0" : `${sign}${digits.slice(start, end)}e${Number(exponent) + whole.length - end}`;
}
