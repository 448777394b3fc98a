const REDACTED = "[redacted]";

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
  // Which request it is: W3C Trace Context, Zipkin, Amazon, Google, and common practice.
  ..."traceparent tracestate b3 x-b3-traceid x-b3-spanid x-b3-parentspanid x-b3-sampled x-b3-flags".split(" "),
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
  return Object.entries(headers)
    .filter(([name]) => !HARMLESS_HEADERS.has(name))
    .flatMap(([, value]) => [value, ...credentialsIn(value), ...parametersIn(value)]);
}

/** What follows a scheme, as in `Basic dXNlcjpwYXNz`, and what that means. */
function credentialsIn(value: string): string[] {
  const [scheme = "", credentials = "", ...more] = value.split(" ");
  if (!credentials || more.length > 0) return [];
  if (scheme.toLowerCase() !== "basic") return [credentials];
  try {
    const userAndPassword = atob(credentials);
    const [user = "", ...password] = userAndPassword.split(":");
    return [credentials, userAndPassword, user, password.join(":")];
  } catch {
    return [credentials]; // It is not Base64.
  }
}

/** The values in `a=1; b=2`, and in `Digest a="1", b="2"`. */
function parametersIn(value: string): string[] {
  const parameters = value.split(/[;,]/).filter((part) => part.includes("="));
  return parameters.map((part) =>
    part
      .slice(part.indexOf("=") + 1)
      .trim()
      .replace(/^"|"$/g, ""),
  );
}

// What a terminal or a log interprets, reorders or hides: control and format characters, whatever Unicode lets a renderer
// ignore, separators of lines, lone surrogates, and the blank of Braille.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]/gu;

/**
 * Foreign text as one line that looks like what it is: a space stands for each run of white space and of control,
 * bidirectional and invisible characters. Leaving these out instead could put together what was apart.
 */
export function toOneLine(text: string, maxCharacters: number = Infinity): string {
  const line = text.replace(INVISIBLE, " ").replace(/\s+/g, " ");
  return line.length > maxCharacters ? line.slice(0, maxCharacters).replace(/\p{Cs}$/u, "") : line;
}

/**
 * Copies what somebody else's code threw so that it can be a `cause`: an `Error` with the same name, message, code,
 * frames and causes, all redacted, and each on one line of a limited length. Other properties are left out, since they may hold a secret, as
 * a `Request` does, or the `input` of an invalid URL.
 *
 * @param redactMore replaces what is secret beside the known secrets
 */
export function redactError(
  error: unknown,
  secrets: readonly string[],
  redactMore: (text: string) => string = (text) => text,
  depth: number = MAX_CAUSES,
): unknown {
  const redacted = (text: string) => redactMore(redactUserInfo(redact(text, secrets)));
  if (error === undefined) return undefined;
  if (typeof error === "string") return toOneLine(redacted(error), MAX_COPIED_CHARACTERS);
  if (Object(error) !== error) return redacted(String(error)) === String(error) ? error : REDACTED;
  try {
    if (!isErrorLike(error) || depth === 0) return REDACTED;
    const { name, message, stack, code, cause } = error;
    const copy = new Error(toOneLine(redacted(message), MAX_COPIED_CHARACTERS));
    defineHidden(copy, "cause", redactError(cause, secrets, redactMore, depth - 1));
    defineHidden(copy, "name", toOneLine(redacted(name), MAX_COPIED_CHARACTERS));
    if (typeof stack === "string") {
      const frames = redacted(stack)
        .split("\n")
        .filter((line) => FRAME.test(line));
      const lines = [`${copy.name}: ${copy.message}`, ...frames.map((line) => toOneLine(line.trim()))];
      defineHidden(copy, "stack", lines.join("\n    "));
    }
    if (typeof code === "string" || typeof code === "number") defineHidden(copy, "code", redactError(code, secrets));
    return copy;
  } catch {
    return REDACTED; // Inspecting it throws.
  }
}

// As V8 writes them, and as the other engines do. The lines before them are those of the message.
const FRAME = /^\s+at |^[^\s@]*@/;

/** Replaces the user and the password of each URL. A proxy's may have characters that make the URL invalid. */
function redactUserInfo(text: string): string {
  if (!/@|%40/.test(text)) return text;
  const raw = asItIs(text);
  const spans = [raw, decode(raw, "%")].flatMap(({ codes, starts }) =>
    userInfoIn(Array.from(codes, (code) => String.fromCharCode(code)).join("")).map(({ start, end }) => ({
      start: starts[start] as number,
      end: starts[end] as number,
    })),
  );
  return replaceSpans(text, spans);
}

// A port is followed by a path, if by anything.
const BEFORE_HOST = /[^/?#@:]*(?:@|:(?!\d{1,5}(?:\/|$)))/y;

function userInfoIn(text: string): Span[] {
  return Array.from(text.matchAll(/\S+/g)).flatMap(({ 0: word, index }) => {
    const end = word.lastIndexOf("@");
    for (let start = word.indexOf("//") + 2; start >= 2 && start < end; start = word.indexOf("//", start) + 2) {
      BEFORE_HOST.lastIndex = start;
      if (BEFORE_HOST.test(word)) return [{ start: index + start, end: index + end }];
    }
    return [];
  });
}

/**
 * Replaces each occurrence of a secret with `[redacted]`, for example in the text of a server that echoes it: as it is, in
 * any case, and as URLs, forms, JSON, JavaScript and HTML encode it, also one within another. Pass the whole text, and cut
 * it afterwards. The time grows with the text and with the secrets, not with the product of their lengths.
 *
 * @param secrets those of fewer than 6 characters are ignored, since they could be part of any word
 */
export function redact(text: string, secrets: readonly string[]): string {
  return replaceSecrets(text, secrets, false);
}

/** The same for a text whose end is missing: if it ends with the beginning of a secret, that is removed. */
export function redactCut(text: string, secrets: readonly string[]): string {
  const [openEscape = text.length] = openEscapesOf(asItIs(text).codes);
  return replaceSecrets(text.slice(0, openEscape), secrets, true);
}

function replaceSecrets(text: string, secrets: readonly string[], isCut: boolean): string {
  const given = Array.from(new Set(secrets)).filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  if (!text || given.length === 0) return text;
  const written = given.flatMap((secret) => (secret.includes(" ") ? [secret, secret.replaceAll(" ", "+")] : secret));
  const patterns = written.map((secret) => printableOf(asItIs(secret)).codes);
  const spans: Span[] = [];
  let end = text.length;
  const search = (reading: Reading, patterns: readonly Uint8Array[]) => {
    const printable = printableOf(reading);
    for (const pattern of patterns) {
      if (pattern.length < MIN_PATTERN_LENGTH) continue;
      const startAtEnd = findAll(pattern, printable, text, spans);
      if (isCut) end = Math.min(end, startAtEnd);
    }
  };

  const raw = asItIs(text);
  search(raw, patterns);
  const kinds = ESCAPES.filter((escape) => text.includes(escape));
  // What was encoded once is the secret again when just that is decoded.
  for (const kind of kinds) search(decode(raw, kind), patterns);
  // What was encoded several times is what the secret is, too, when nothing is left to decode.
  if (kinds.length > 0) search(decodeAll(raw), written.map(decodedPattern));

  const unsearchable = given.filter((secret) => printableOf(asItIs(secret)).codes.length < MIN_PATTERN_LENGTH);
  const result = replaceSpans(text.slice(0, end), spans);
  return unsearchable.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), result);
}

/** A part of a text, from `start` up to, but not including, `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

function replaceSpans(text: string, spans: Span[]): string {
  let result = "";
  let position = 0;
  for (const { start, end } of spans.sort((a, b) => a.start - b.start)) {
    if (start >= text.length) break;
    if (start >= position) result += text.slice(position, start) + REDACTED;
    position = Math.max(position, end);
  }
  return result + text.slice(position);
}

/** The UTF-16 codes of a text after decoding, and where in the text each of them starts; the last entry is its end. */
interface Reading {
  readonly codes: Uint16Array;
  readonly starts: Uint32Array;
}

function asItIs(text: string): Reading {
  const codes = new Uint16Array(text.length);
  const starts = new Uint32Array(text.length + 1);
  for (let index = 0; index < text.length; index += 1) {
    codes[index] = text.charCodeAt(index);
    starts[index] = index;
  }
  starts[text.length] = text.length;
  return { codes, starts };
}

/**
 * The printable ASCII characters of a reading in lower case, and where in the text each of them starts and ends. Only
 * these are compared, so that a secret is found although it is wrapped, or has invisible characters in between.
 */
interface Printable {
  readonly codes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** How many of them precede the end, and each escape before it that may not be complete. */
  readonly lengths: readonly number[];
}

function printableOf({ codes, starts }: Reading): Printable {
  const printable = new Uint8Array(codes.length);
  const startsOf = new Uint32Array(codes.length);
  const endsOf = new Uint32Array(codes.length);
  const openEscapes = openEscapesOf(codes);
  const lengths: number[] = [];
  let length = 0;
  for (let index = 0; index < codes.length; index += 1) {
    if (openEscapes.includes(index)) lengths.push(length);
    const code = codes[index] as number;
    if (code <= 0x20 || code >= 0x7f) continue;
    printable[length] = lowerCase(code);
    startsOf[length] = starts[index] as number;
    endsOf[length] = starts[index + 1] as number;
    length += 1;
  }
  lengths.push(length);
  return { codes: printable.subarray(0, length), starts: startsOf, ends: endsOf, lengths };
}

// What is left of a secret of 6 characters if one of them is not of ASCII, or is part of an escape.
const MIN_PATTERN_LENGTH = 4;

/** Without a short escape at its end that is not complete, since what follows in a text may complete it. */
function decodedPattern(secret: string): Uint8Array {
  const { codes, lengths } = printableOf(decodeAll(asItIs(secret)));
  return codes.subarray(
    0,
    lengths.find((length) => codes.length - length <= 2),
  );
}

// A stray `%` before a secret may make its first characters part of an escape.
const HEAD_LENGTH = 2;

/**
 * Finds a pattern by the algorithm of Knuth, Morris and Pratt, which takes no longer for one that repeats itself.
 *
 * @param spans where to add what is found
 * @returns where a part of the text begins that ends with it, and that the pattern begins with; infinity if there is none
 */
function findAll(pattern: Uint8Array, printable: Printable, text: string, spans: Span[]): number {
  const { codes, starts, ends, lengths } = printable;
  const body = pattern.subarray(HEAD_LENGTH);
  const borders = bordersOf(body);
  const [firstEnd = 0] = lengths;
  let startAtEnd = Infinity;
  let matched = 0;
  for (let index = 0; index < codes.length; index += 1) {
    while (matched > 0 && body[matched] !== codes[index]) matched = borders[matched - 1] as number;
    if (body[matched] === codes[index]) matched += 1;
    if (matched === body.length) {
      const start = startOfHead(pattern, printable, index - matched + 1, text);
      if (start !== undefined) spans.push({ start, end: ends[index] as number });
      matched = borders[matched - 1] as number;
    }
    if (matched > 0 && index >= firstEnd - 1 && lengths.includes(index + 1))
      startAtEnd = Math.min(startAtEnd, starts[index - matched + 1] as number);
  }
  return startAtEnd;
}

/** Where the head of a pattern starts, if it stands before the body: as it is, or in the text as the end of an escape. */
function startOfHead(pattern: Uint8Array, printable: Printable, body: number, text: string): number | undefined {
  const { codes, starts } = printable;
  let start = starts[body] as number;
  for (let index = HEAD_LENGTH - 1, at = body - 1; index >= 0; index -= 1, at -= 1) {
    if (codes[at] === pattern[index]) start = starts[at] as number;
    else if (lowerCase(text.charCodeAt(start - 1)) === pattern[index]) start -= 1;
    else return undefined;
  }
  return start;
}

/** For each beginning of a pattern, the length of the longest shorter one that it ends with. */
function bordersOf(pattern: Uint8Array): Uint32Array {
  const borders = new Uint32Array(pattern.length);
  let matched = 0;
  for (let index = 1; index < pattern.length; index += 1) {
    while (matched > 0 && pattern[matched] !== pattern[index]) matched = borders[matched - 1] as number;
    if (pattern[matched] === pattern[index]) matched += 1;
    borders[index] = matched;
  }
  return borders;
}

/** What escapes begin with in URLs, in JSON and JavaScript, and in HTML. */
const ESCAPES = ["%", "\\", "&"];

/** Decodes the given kinds of escapes once. */
function decode({ codes, starts }: Reading, kinds: string): Reading {
  const decoded = new Uint16Array(codes.length);
  const decodedStarts = new Uint32Array(starts.length);
  const beginnings = Array.from(kinds, codeOf);
  let length = 0;
  for (let at = 0; at < codes.length; length += 1) {
    const code = codes[at] as number;
    const escape = beginnings.includes(code) ? escapeAt(codes, at) : undefined;
    decoded[length] = escape?.code ?? code;
    decodedStarts[length] = starts[at] as number;
    at = escape?.end ?? at + 1;
  }
  decodedStarts[length] = starts[codes.length] as number;
  return { codes: decoded.subarray(0, length), starts: decodedStarts.subarray(0, length + 1) };
}

const MAX_DECODINGS = 6; // JSON within a form within HTML within JSON needs four.

function decodeAll(reading: Reading): Reading {
  let decoded = reading;
  for (let times = 0; times < MAX_DECODINGS; times += 1) {
    const next = decode(decoded, ESCAPES.join(""));
    if (next.codes.length === decoded.codes.length) break; // An escape is longer than its character.
    decoded = next;
  }
  return decoded;
}

/** A character that was written as an escape, and where that ends. */
interface Escape {
  readonly code: number;
  readonly end: number;
}

function escapeAt(codes: Uint16Array, at: number): Escape | undefined {
  const character = (index: number) => String.fromCharCode(codes[index] ?? 0).toLowerCase();
  const next = character(at + 1);
  switch (character(at)) {
    case "%":
      return next === "u" ? hexAt(codes, at + 2, 4) : hexAt(codes, at + 1, 2); // The former as JavaScript's `escape`.
    case "\\":
      if (at + 1 === codes.length) return undefined;
      if (next === "x") return hexAt(codes, at + 2, 2);
      if (next === "u" && character(at + 2) === "{") return numberAt(codes, at + 3, 16, "}");
      if (next === "u") return hexAt(codes, at + 2, 4);
      return { code: "bfnrt".includes(next) ? codeOf("\n") : (codes[at + 1] as number), end: at + 2 };
    default:
      if (next !== "#") return namedReferenceAt(codes, at + 1);
      return character(at + 2) === "x" ? numberAt(codes, at + 3, 16, ";") : numberAt(codes, at + 2, 10, ";");
  }
}

function hexAt(codes: Uint16Array, from: number, digits: number): Escape | undefined {
  let code = 0;
  for (let at = from; at < from + digits; at += 1) code = code * 16 + digitAt(codes, at);
  return Number.isNaN(code) ? undefined : { code, end: from + digits };
}

/** As in browsers, with any number of zeros in front, and also without what should close it. */
function numberAt(codes: Uint16Array, from: number, radix: number, closing: string): Escape | undefined {
  let code = 0;
  let at = from;
  for (; digitAt(codes, at) < radix; at += 1) code = Math.min(code * radix + digitAt(codes, at), 0xffff);
  if (at === from) return undefined;
  return { code, end: at + countAt(codes, at, closing) };
}

/** The value of a digit of at most 16, not a number for anything else. */
function digitAt(codes: Uint16Array, at: number): number {
  const code = lowerCase(codes[at] ?? 0);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x61 + 10 : NaN;
}

// The names that HTML has for printable ASCII characters, each after its character.
const REFERENCES = new Map(
  [
    `!excl "quot #num $dollar %percnt &amp 'apos (lpar )rpar *ast *midast +plus ,comma .period /sol :colon ;semi`,
    "<lt =equals >gt ?quest @commat [lsqb [lbrack \\bsol ]rsqb ]rbrack ^hat _lowbar _underbar `grave `diacriticalgrave",
    "{lcub {lbrace |verbar |vert |verticalline }rcub }rbrace",
  ].flatMap((line) => line.split(" ").map((entry) => [entry.slice(1), codeOf(entry)])),
);
const LONGEST_NAME = "diacriticalgrave".length;
const NAMES_WITHOUT_SEMICOLON = ["amp", "gt", "lt", "quot"];

function namedReferenceAt(codes: Uint16Array, from: number): Escape | undefined {
  let letters = "";
  for (let at = from; letters.length < LONGEST_NAME && isLetter(codes[at]); at += 1)
    letters += String.fromCharCode(lowerCase(codes[at] as number));
  const isClosed = countAt(codes, from + letters.length, ";") > 0 && REFERENCES.has(letters);
  const name = isClosed ? letters : NAMES_WITHOUT_SEMICOLON.find((name) => letters.startsWith(name));
  const code = REFERENCES.get(name ?? "");
  return code === undefined ? undefined : { code, end: from + (name ?? "").length + (isClosed ? 1 : 0) };
}

const LONGEST_OPEN_ESCAPE = 24;

/** Where the escapes begin that the end may have cut off; one may stand within another. The outermost comes first. */
function openEscapesOf(codes: Uint16Array): number[] {
  const tail = String.fromCharCode(...codes.subarray(-LONGEST_OPEN_ESCAPE));
  const starts: number[] = [];
  for (let start = tail.length; (start = tail.slice(0, start).search(/[%\\&][^%\\&;]*$/)) >= 0;)
    starts.unshift(codes.length - tail.length + start);
  return starts;
}

/** 1 if a character stands there, otherwise 0. */
function countAt(codes: Uint16Array, at: number, character: string): number {
  return codes[at] === codeOf(character) ? 1 : 0;
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function isLetter(code = 0): boolean {
  return lowerCase(code) >= 0x61 && lowerCase(code) <= 0x7a;
}

function codeOf(character: string): number {
  return character.charCodeAt(0);
}
