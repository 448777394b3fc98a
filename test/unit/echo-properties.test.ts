import fc from "fast-check";
import { expect, test } from "vitest";
import type { Attempt, ChatClientOptions, Fetch } from "../../src/index.js";
import { errorOf } from "../support/error-of.js";
import { everythingOf } from "../support/everything-of.js";

// `npm run test:long` asks for more of all properties.
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 300) * 2;

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));
const NAMES = [
  `!excl "quot #num $dollar %percnt &amp 'apos (lpar )rpar *ast +plus ,comma .period /sol :colon ;semi <lt =equals >gt`,
  "?quest @commat [lsqb \\bsol ]rbrack ^Hat _lowbar `grave {lcub |VerticalLine }rcub",
].flatMap((line) => line.split(" ").map((entry) => [entry.slice(0, 1), entry.slice(1)] as const));
const NAME_OF = new Map(NAMES);

const hex = (character: string, digits = 2) => character.charCodeAt(0).toString(16).padStart(digits, "0");
const each = (encode: (character: string, next: string) => string) => (text: string) =>
  Array.from(text, (character, index) =>
    /[a-z\d]/i.test(character) ? character : encode(character, text[index + 1] ?? ""),
  ).join("");

/** How servers and their templates write a text that they echo. */
const ENCODINGS: Record<string, (text: string) => string> = {
  "as it is": (text) => text,
  "in upper case": (text) => text.toUpperCase(),
  "as a component of a URL": encodeURIComponent,
  "as a URL": encodeURI,
  "as a form": (text) => new URLSearchParams({ a: text }).toString().slice(2),
  "in percent": each((character) => `%${hex(character)}`),
  "by escape": each((character) => `%u${hex(character, 4).toUpperCase()}`),
  "as JSON": (text) => JSON.stringify(text).slice(1, -1),
  "as JSON of PHP": (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
  "as cautious JSON": each((character) => `\\u${hex(character, 4)}`),
  "as JavaScript": each((character) => `\\x${hex(character).toUpperCase()}`),
  "as modern JavaScript": each((character) => `\\u{${hex(character)}}`),
  "as HTML": (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;"),
  "with names": each((character) => (NAME_OF.has(character) ? `&${NAME_OF.get(character)};` : character)),
  "with numbers": each((character) => `&#${character.charCodeAt(0)};`),
  "with padded numbers": each((character) => `&#0${character.charCodeAt(0)};`),
  "with hexadecimal numbers": each((character) => `&#x000${hex(character).toUpperCase()};`),
  "without semicolons": each((character, next) => `&#${character.charCodeAt(0)}${/[\d;]/.test(next) ? ";" : ""}`),
};
const encodings = fc.constantFrom(...Object.keys(ENCODINGS));
const encoded = (text: string, names: readonly string[]) =>
  names.reduce((rest, name) => ENCODINGS[name]?.(rest) ?? rest, text);

const LIMITS = { excerpt: 200, message: 500, error: 64 * 1024, success: 1024 * 1024 };
const json = { "Content-Type": "application/json" };

/** The parts of a response, and of an error, through which an echo can come; each as long as it has to be. */
const PARTS: Record<string, (echo: string) => Response> = {
  "the status text": (echo) => new Response(null, { status: 503, statusText: echo }),
  Location: (echo) => new Response(null, { status: 302, headers: { Location: echo } }),
  "the content type of a success": (echo) => new Response("x", { headers: { "Content-Type": echo } }),
  "the content type of an error": (echo) =>
    new Response("x", { status: 404, headers: { "Content-Type": `a/${echo}` } }),
  "Retry-After": (echo) => new Response(null, { status: 429, headers: { "Retry-After": echo, Date: echo } }),
  "another header": (echo) => new Response(null, { status: 500, headers: { "X-Echo": echo } }),
  "the message": (echo) => Response.json({ error: { message: echo, code: 1 } }, { status: 401 }),
  "one of several messages": (echo) =>
    Response.json({ error: { errors: [{ error: { message: "m" }, meta: { key: echo } }] } }, { status: 400 }),
  "an error of OAuth": (echo) => Response.json({ error: "invalid", error_description: echo }, { status: 400 }),
  "a page of an error": (echo) => new Response(`<p>${echo}</p>`, { status: 502 }),
  "a page of a success": (echo) => new Response(`<p>${echo}</p>`, { headers: json }),
  "an error that fetch throws": (echo) => {
    throw Object.assign(new TypeError("fetch failed", { cause: new Error(echo) }), { code: echo });
  },
};

const cases = fc.record({
  secret: fc
    .array(fc.constantFrom(...PRINTABLE), { minLength: 12, maxLength: 60 }) // A `string` could be a word of a message.
    .map((characters) => characters.join(""))
    .filter(isHeaderValue),
  names: fc.array(encodings, { minLength: 1, maxLength: 2 }),
  part: fc.constantFrom(...Object.keys(PARTS)),
  limit: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(0, LIMITS.excerpt, LIMITS.message) },
    { weight: 3, arbitrary: fc.constant(LIMITS.error) },
    { weight: 1, arbitrary: fc.constant(LIMITS.success) },
  ),
  before: fc.nat({ max: 200 }), // How many characters before the limit the echo begins.
  filler: fc.constantFrom(".", " ", "\u00b7"),
  cut: fc.option(fc.nat(100)), // How much of the echo there is, in percent, where the server cuts it.
});

test(
  "no part of a response shows a secret that it echoes, in whatever encoding and wherever it is cut",
  { timeout: 60_000 + numRuns * 60 },
  async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ secret, names, part, limit, before, filler, cut }) => {
        const written = encoded(secret, names);
        const end = cut === null ? written + filler.repeat(300) : written.slice(0, (written.length * cut) / 100);
        const echo = filler.repeat(Math.max(0, limit - before)) + end;
        const secrets = { accessToken: "t", headers: { "x-session-id": secret } };
        const shown = await shownOf(secrets, async () => PARTS[part]?.(echo) as Response);
        // What is left of a long secret before other text is found by pieces of 16 characters, without blanks and at its ends.
        expect(fragmentIn(shown, secret, cut === null ? 8 : 24)).toBeUndefined();
      }),
      { numRuns },
    );
  },
);

// So long that, after those before it were redacted, a cut one stands within the excerpt.
test("a body that is cut within a long token shows nothing of its beginning", { timeout: 30_000 }, async () => {
  const token = Array.from({ length: 8192 }, (_, index) => PRINTABLE[1 + ((index * 37) % 90)]).join("");
  for (const name of Object.keys(ENCODINGS))
    for (const moved of [0, 1, 2, 3]) {
      const body = ".".repeat(moved) + encoded(`${token} `.repeat(12), [name]);
      const shown = await shownOf({ accessToken: token }, async () => new Response(body, { status: 404 }));
      expect(fragmentIn(shown, token.slice(0, 12))).toBeUndefined();
      expect(shown).toContain("[redacted]");
    }
});

/** A header can carry it, and it is longer than what is not worth redacting. */
function isHeaderValue(text: string): boolean {
  return text.trim() === text && new Set(text).size > 8;
}

/** All that an error, and the records of its attempts, show after a call with a secret. */
async function shownOf(secrets: Pick<ChatClientOptions, "accessToken" | "headers">, fetch: Fetch): Promise<string> {
  const records: Attempt[] = [];
  const error = await errorOf({ ...secrets, fetch, onAttempt: (record) => records.push(record) });
  expect(error).toBeInstanceOf(Error);
  return everythingOf(error) + everythingOf(records);
}

/** So many characters of a secret that stand somewhere, in any one encoding. */
function fragmentIn(text: string, secret: string, length = 8): string | undefined {
  const shown = text.toLowerCase();
  const places = Array.from({ length: Math.max(0, secret.length - length + 1) }, (_, index) => index);
  const fragments = places.map((index) => secret.slice(index, index + length));
  return Array.from(new Set(Object.values(ENCODINGS).flatMap((encode) => fragments.map(encode)))).find((fragment) =>
    shown.includes(fragment.toLowerCase()),
  );
}
