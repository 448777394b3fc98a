/** What stands in place of a secret. */
export const REDACTED = "[redacted]";

// Anything shorter is not a real token, and could be part of an ordinary word.
const MIN_SECRET_LENGTH = 6;
const MAX_CAUSES = 5; // A chain of causes may be circular.
const MAX_COPIED_CHARACTERS = 2_000; // Of what somebody else's code threw.

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

/** Defines a property that neither loggers nor spreads see, unless its value is `undefined`. */
export function defineHidden(target: object, key: PropertyKey, value: unknown): void {
  if (value !== undefined) Object.defineProperty(target, key, { value, writable: true, configurable: true });
}

// Names of headers whose values are known to be no secrets; those of all others are.
const HARMLESS_HEADERS = new Set([
  // Which request it is: W3C Trace Context, Zipkin, Sentry, Amazon, Google, and common practice.
  ..."traceparent tracestate baggage sentry-trace b3 x-b3-traceid x-b3-spanid x-b3-parentspanid x-b3-sampled x-b3-flags".split(
    " ",
  ),
  ..."x-amzn-trace-id x-cloud-trace-context x-correlation-id x-request-id request-id idempotency-key".split(" "),
  // What sends it, and what that prefers.
  ..."user-agent accept-charset accept-encoding content-language cache-control pragma priority date origin".split(" "),
]);

/**
 * The secrets in headers of the caller's own, such as a gateway's: the values, and what somebody may quote of them alone,
 * which are credentials without their scheme, the user and the password, and each of several cookies.
 *
 * @param headers by their names in lower case
 */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    HARMLESS_HEADERS.has(name) ? [] : [value, ...credentialsIn(value), ...parametersIn(value), ...wordsIn(value)],
  );
}

/** What looks like a secret wherever it stands: long, and not just letters. */
function wordsIn(value: string): string[] {
  return value.split(/[\s;,:="'{}[\]]/).filter((word) => word.length >= 8 && /[^a-z]/i.test(word));
}

/** Credentials, as in `Basic dXNlcjpwYXNz`, also without the scheme, and what their Base64 means. */
function credentialsIn(value: string): string[] {
  const [, scheme = "", credentials] = /^(?:(\S+) +)?(\S+)$/.exec(value) ?? [];
  if (credentials === undefined) return [];
  try {
    const bytes = /^(basic)?$/i.test(scheme) ? atob(credentials) : "";
    const utf8 = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
    return [credentials, ...[bytes, utf8].flatMap((userInfo) => [userInfo, ...userInfo.split(/:(.*)/)])];
  } catch {
    return [credentials]; // It is not Base64.
  }
}

/** The values in `a=1; b=2`, and in `Digest a="1", b="2"`. */
function parametersIn(value: string): string[] {
  return value.split(/[;,]/).map((part) =>
    part
      .replace(/^[^=]*=?/, "")
      .trim()
      .replace(/^"|"$/g, ""),
  );
}

// What a terminal or a log interprets, reorders or hides: control and format characters, whatever Unicode lets a renderer
// ignore, separators of lines, lone surrogates, and the blank of Braille.
export const INVISIBLE: RegExp = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]/gu;

/**
 * Foreign text as one line that looks like what it is: a space stands for each run of white space and of control,
 * bidirectional and invisible characters. Leaving these out instead could put together what was apart.
 */
export function toOneLine(text: string, maxCharacters: number = Infinity): string {
  const line = text.replace(INVISIBLE, " ").replace(/\s+/g, " ");
  return line.slice(0, maxCharacters).replace(/\p{Cs}$/u, ""); // Half a character is cut off, too.
}

/**
 * Copies what somebody else's code threw so that it can be a `cause`: an `Error` with the same name, message, code,
 * frames and causes, all redacted, and each on one line of a limited length. Other properties are left out, since they may
 * hold a secret, as a `Request` does, or the `input` of an invalid URL.
 *
 * @param redactMore replaces what is secret beside the known secrets
 */
export function redactError(
  error: unknown,
  secrets: readonly string[],
  redactMore: (text: string) => string = (text) => text,
): unknown {
  const redact = redactor(secrets);
  return copyOf(error, (text) => redactMore(redactUserInfo(redact(text))), MAX_CAUSES);
}

function copyOf(thrown: unknown, redacted: (text: string) => string, depth: number): unknown {
  const line = (text: string) => toOneLine(redacted(text), MAX_COPIED_CHARACTERS);
  if (thrown === undefined) return undefined;
  if (typeof thrown === "string") return line(thrown);
  if (Object(thrown) !== thrown) return redacted(String(thrown)) === String(thrown) ? thrown : REDACTED;
  try {
    if (!isErrorLike(thrown) || depth === 0) return REDACTED;
    const { name, message, stack, code, cause } = thrown;
    const copy = new Error(line(message));
    defineHidden(copy, "cause", copyOf(cause, redacted, depth - 1));
    defineHidden(copy, "name", line(name));
    if (typeof stack === "string") {
      const lines = redacted(stack).split("\n");
      const frames = lines.filter((line) => FRAME.test(line)).map((frame) => `\n    ${toOneLine(frame.trim())}`);
      defineHidden(copy, "stack", `${copy.name}: ${copy.message}${frames.join("")}`);
    }
    if (typeof code === "string" || typeof code === "number") defineHidden(copy, "code", copyOf(code, redacted, 0));
    return copy;
  } catch {
    return REDACTED; // Inspecting it throws.
  }
}

// As V8 writes them, and as the other engines do. The lines before them are those of the message.
const FRAME = /^\s+at |^[^\s@]*@/;

// A port is followed by a path, if by anything.
const USER_INFO = /^[^/?#@:]*(?:@|:(?!\d{1,5}(?:\/|$)))/;

/** Replaces the user and the password of each URL. A proxy's may have characters that make the URL invalid. */
function redactUserInfo(text: string): string {
  if (!/@|%40/.test(text)) return text;
  return text.replace(/\S+/g, (word) => {
    const plain = withoutUserInfo(word);
    if (plain !== undefined) return plain;
    const decoded = decodeAll(word);
    return decoded !== word && withoutUserInfo(decoded) !== undefined ? REDACTED : word;
  });
}

function withoutUserInfo(word: string): string | undefined {
  const [start, end] = [word.indexOf("//") + 2, word.lastIndexOf("@")];
  const hasUserInfo = start >= 2 && start < end && USER_INFO.test(word.slice(start));
  return hasUserInfo ? word.slice(0, start) + REDACTED + word.slice(end) : undefined;
}

/**
 * Keeps secrets out of a text, for example of a server that echoes them: replaces each with `[redacted]`, of a long one also
 * any piece of 16 characters, and its beginning at the end of the text, which may have been cut there. If the text contains a
 * secret in another form (another case, wrapped, or encoded for URLs, forms, JSON, JavaScript or HTML, even several times), or
 * would take too long to search, the whole text is replaced. Pass the whole text, and cut it afterwards.
 *
 * @param text any text
 * @param secrets those of fewer than 6 characters are ignored, since they could be part of any word
 * @returns the text without the secrets
 */
export function redact(text: string, secrets: readonly string[]): string {
  return redactor(secrets)(text);
}

// How often a text may be looked up in what must not be in it: at all, and for each of its characters. 64 KiB take some 30 ms.
const MIN_LOOKUPS = 10_000;
const LOOKUPS_PER_CHARACTER = 10;

/** A function that redacts the texts of one response. What it searches for is prepared once, when it is first needed. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  let prepared: { readonly plain: Forms; readonly folded: Forms } | undefined;
  return (text) => {
    const { plain, folded } = (prepared ??= prepare(secrets));
    const budget = { lookups: MIN_LOOKUPS + LOOKUPS_PER_CHARACTER * text.length };
    const { shown, found, end } = search(text, plain, budget);
    // What the search has replaced is decoded beside the text. If the text has more than that, it is in another form.
    let [reading, replaced] = [text, end < text.length ? found + BETWEEN : found];
    for (let decodings = 0; decodings <= MAX_DECODINGS; decodings += 1) {
      const [all, known] = [reading, replaced].map((part) => search(fold(part), folded, budget).found);
      if (budget.lookups < 0 || all !== known) return REDACTED;
      const decoded = decodeOnce(reading);
      if (decoded === reading) break;
      [reading, replaced] = [decoded, decodeOnce(replaced)];
    }
    return shown;
  };
}

/** How secrets may stand in a text. */
interface Forms {
  readonly whole: readonly string[];
  /** What a text must not have, by length: a short form as a whole, a long one not even in pieces. */
  readonly pieces: ReadonlyMap<number, ReadonlySet<string>>;
  /** The beginning of each piece, so that most places of a text are looked up once. */
  readonly beginnings: ReadonlySet<string>;
}

const PIECE_LENGTH = 16;
const MIN_FORM_LENGTH = 4; // What is left of a secret of 6 characters if one is an escape.

function prepare(secrets: readonly string[]): { plain: Forms; folded: Forms } {
  const known = secrets.filter(({ length }) => length >= MIN_SECRET_LENGTH);
  return { plain: toForms(known), folded: toForms(known.flatMap(readingsOf)) };
}

function toForms(forms: readonly string[]): Forms {
  const whole = [...new Set(forms)];
  const pieces = new Map<number, Set<string>>();
  for (const form of whole) {
    const length = Math.min(form.length, PIECE_LENGTH);
    const known = pieces.get(length) ?? new Set();
    pieces.set(length, known);
    for (let at = 0; at + length <= form.length; at += 1) known.add(form.slice(at, at + length));
  }
  const beginnings = [...pieces.values()].flatMap((known) => Array.from(known, beginningOf));
  return { whole, pieces, beginnings: new Set(beginnings) };
}

function beginningOf(piece: string): string {
  return piece.slice(0, MIN_FORM_LENGTH);
}

/** Searches for secrets, and for the beginning of one at the end of a text, which may have been cut there. */
function search(text: string, { whole, pieces, beginnings }: Forms, budget: { lookups: number }) {
  let [shown, found, end] = ["", "", 0];
  const add = (from: number, to: number) => {
    if (from >= end) {
      shown += text.slice(end, from) + REDACTED;
      found += BETWEEN;
    }
    found += text.slice(Math.max(from, end), to);
    end = Math.max(end, to);
  };
  for (let at = 0; at < text.length && budget.lookups >= 0; at += 1) {
    budget.lookups -= 1;
    if (!beginnings.has(text.slice(at, at + MIN_FORM_LENGTH))) continue;
    budget.lookups -= pieces.size;
    for (const [length, known] of pieces) if (known.has(text.slice(at, at + length))) add(at, at + length);
  }
  const rest = text.slice(end).trimEnd();
  const cut = [rest, rest.replace(CUT_ESCAPE, "")].flatMap((part) =>
    whole.map((form) => part.length - lengthOfBeginning(form, part)).filter((from) => from < part.length),
  );
  if (cut.length > 0) add(end + Math.min(...cut), text.length);
  return { shown: shown + text.slice(end), found, end };
}

/** How much of a form, which is not whole, stands at the end of a text. 0 if that could be a word, such as `client`. */
function lengthOfBeginning(form: string, text: string): number {
  for (let length = Math.min(form.length - 1, PIECE_LENGTH); length >= MIN_SECRET_LENGTH; length -= 1) {
    const beginning = form.slice(0, length);
    if (text.endsWith(beginning) && (length >= LONG_WORD || /[^a-z]/i.test(beginning))) return length;
  }
  return 0;
}

const LONG_WORD = 12;

const BETWEEN = "\ue000"; // No secret has it.

// What may be left of an escape where a text is cut.
const CUT_ESCAPE = /[%\\&][#\w{]{0,16}$/;

const MAX_DECODINGS = 6; // JSON within a form within HTML within JSON needs four.

/** What a reading of a text contains if it contains the secret: as it is, or as it is when nothing is left to decode. */
function readingsOf(secret: string): string[] {
  const forms = [secret, decodeAll(secret)].map((form) => withoutEnds(fold(form)));
  return forms.filter(({ length }) => length >= MIN_FORM_LENGTH);
}

/** What stands before and after a secret may form an escape with up to two characters at each of its ends. */
function withoutEnds(form: string): string {
  const spare = Math.min(4, Math.max(0, form.length - MIN_SECRET_LENGTH));
  return form.slice(Math.min(2, spare), form.length - Math.max(0, spare - 2));
}

/** Without case, white space and invisible characters, so that a secret is found although it is wrapped, or in a form. */
function fold(text: string): string {
  return text
    .replace(INVISIBLE, "")
    .replace(/[\s+]+/g, "")
    .toLowerCase();
}

function decodeAll(text: string): string {
  let decoded = text;
  for (let times = 0; times < MAX_DECODINGS; times += 1) decoded = decodeOnce(decoded);
  return decoded;
}

// How URLs, JSON and JavaScript, and HTML write a character.
const PERCENT = /%u([\da-f]{4})|%([\da-f]{2})/gi;
const BACKSLASH = /\\u\{([\da-f]+)\}|\\u([\da-f]{4})|\\x([\da-f]{2})|\\([0-3][0-7]{2})|\\([^ux])/gi;
const REFERENCE = /&#x([\da-f]+);?|&#(\d+);?|&([a-z]+);?/gi;

// The names that HTML has for printable ASCII characters, and for what is seen as a space or not at all, each after its character.
const REFERENCES = new Map(
  [
    `!excl "quot #num $dollar %percnt &amp 'apos (lpar )rpar *ast *midast +plus ,comma .period /sol :colon ;semi`,
    "<lt =equals >gt ?quest @commat [lsqb [lbrack \\bsol ]rsqb ]rbrack ^hat _lowbar _underbar `grave `diacriticalgrave",
    "{lcub {lbrace |verbar |vert |verticalline }rcub }rbrace \u00a0nbsp \u00adshy \u200bzerowidthspace \nnewline \ttab",
  ].flatMap((line) => line.split(" ").map((entry) => [entry.slice(1), entry.slice(0, 1)])),
);

// As in browsers.
const WITHOUT_SEMICOLON = ["amp", "lt", "gt", "quot"];

function decodeOnce(text: string): string {
  return text
    .replace(PERCENT, (_, u4, x2) => characterOf(u4 ?? x2, 16))
    .replace(BACKSLASH, (_, braced, u4, x2, octal, character) => {
      if (character) return "bfnrt".includes(character.toLowerCase()) ? " " : character;
      return octal ? characterOf(octal, 8) : characterOf(braced ?? u4 ?? x2, 16);
    })
    .replace(REFERENCE, (reference: string, hex, decimal, name) => {
      if (!name) return characterOf(hex ?? decimal, hex ? 16 : 10);
      const closed = reference.endsWith(";") && REFERENCES.get(name.toLowerCase());
      if (closed) return closed;
      const bare = WITHOUT_SEMICOLON.find((bare) => name.toLowerCase().startsWith(bare));
      return bare ? `${REFERENCES.get(bare)}${reference.slice(bare.length + 1)}` : reference;
    });
}

function characterOf(digits: string, radix: number): string {
  const code = parseInt(digits, radix);
  return code <= 0x10ffff ? String.fromCodePoint(code) : " ";
}
