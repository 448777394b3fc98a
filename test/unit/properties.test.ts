import { getEventListeners } from "node:events";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { createChatClient, isChatClientError, type Attempt } from "../../src/index.js";
import { spec } from "../../scripts/common/spec.js";
import { settle, useFakeClock } from "../support/fake-clock.js";
import { stubFetch, type StubResponse } from "../support/stub-fetch.js";

// `npm run test:long` asks for more.
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 300);
const TIMEOUT_MS = 30_000 + numRuns * 100;

const counts = fc.oneof(
  fc.nat(),
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(2 ** 53, 1e300, -0, 0.1),
  fc.jsonValue(),
);
const nearlyValid = fc.record({ messages_read_count: counts, extra: fc.jsonValue() }, { requiredKeys: [] });

test(
  "any JSON body of a 200 is returned if the schema allows it, and is an InvalidResponseError otherwise",
  { timeout: TIMEOUT_MS },
  async () => {
    const isAllowed = new Ajv2020({ strict: false, formats: { int64: true } }).compile(
      spec.components.schemas.MessagesRead,
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), nearlyValid), fc.constantFrom(0, 2), async (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const { fetch } = stubFetch(new Response(text, { headers: { "Content-Type": "application/json" } }));
        const outcome: unknown = await createChatClient({ accessToken: "t", fetch })
          .markMessagesAsRead("a")
          .then(
            ({ data }) => data,
            (error: unknown) => error,
          );
        if (isAllowed(JSON.parse(text))) expect(outcome).toEqual(JSON.parse(text));
        else
          expect(outcome).toMatchObject({
            name: "InvalidResponseError",
            problems: expect.arrayContaining([expect.anything()]),
          });
      }),
      { numRuns: numRuns * 10 },
    );
  },
);

const JSON_TYPE = { "Content-Type": "application/json" };
const hang = () => new Promise<never>(() => {});
const retryAfters = fc.oneof(fc.nat({ max: 40 }).map(String), fc.string({ unit: "grapheme-ascii" }));
const faults: fc.Arbitrary<StubResponse> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 200, max: 599 }), fc.option(retryAfters), fc.string())
    .map(([status, retryAfter, text]) => {
      const body = [204, 205, 304].includes(status) ? null : text;
      return new Response(body, { status, headers: retryAfter === null ? {} : { "Retry-After": retryAfter } });
    }),
  fc.constant(new Response(null, { status: 401 })),
  fc.constantFrom("ECONNRESET", "CERT_HAS_EXPIRED").map((code) => Object.assign(new Error("m"), { code })),
  fc.constant(hang),
  fc.integer({ min: 0, max: 20_000 }).map((ms) => slow(ms)),
  fc
    .constantFrom(200, 401, 404, 503)
    .map((status) => () => new Response(new ReadableStream(), { status, headers: JSON_TYPE })),
);
useFakeClock();

test(
  "any sequence of faults ends in time, after at most 1 + maxRetries attempts and one more after a 401, and leaves nothing behind",
  { timeout: TIMEOUT_MS },
  async () => {
    const options = fc.record({
      maxRetries: fc.nat({ max: 4 }),
      timeoutMs: fc.integer({ min: 1, max: 15_000 }),
      maxRetryDelayMs: fc.nat({ max: 30_000 }),
    });
    const abortAfterMs = fc.option(fc.nat({ max: 40_000 }), { nil: undefined });
    const tokens = fc.constantFrom("string", "fresh", "fresh", "fresh", "hanging", "throwing" as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(faults, { minLength: 1, maxLength: 7 }),
        options,
        tokens,
        abortAfterMs,
        async (responses, settings, token, abortMs) => {
          const { maxRetries, timeoutMs, maxRetryDelayMs } = settings;
          const { fetch, requests } = stubFetch(...responses);
          const told: Attempt[] = [];
          const controller = new AbortController();
          const aborting = abortMs === undefined ? undefined : setTimeout(() => controller.abort("mine"), abortMs);
          const startedAt = performance.now();
          const timers = vi.getTimerCount() - (aborting === undefined ? 0 : 1);
          const accessToken = token === "string" ? "t" : TOKENS[token]();
          const chat = createChatClient({
            accessToken,
            fetch,
            ...settings,
            onAttempt: (attempt) => told.push(attempt),
          });
          const result = await settle(chat.markMessagesAsRead("a", { signal: controller.signal }));
          const durationMs = performance.now() - startedAt;
          clearTimeout(aborting);

          const mostMs = (2 + maxRetries) * timeoutMs + maxRetries * maxRetryDelayMs + 2 * timeoutMs;
          expect(durationMs).toBeLessThanOrEqual(Math.min(mostMs, abortMs ?? Infinity) + 10);
          expect(requests.length).toBeLessThanOrEqual(1 + maxRetries + (token === "fresh" ? 1 : 0));
          expect(told.map(({ number }) => number)).toEqual(requests.map((_, index) => index + 1));
          if (result.status === "fulfilled") expect(result.value.attempts).toEqual(told);
          else if (isChatClientError(result.reason)) expect(result.reason.attempts).toEqual(told);
          else expect(result.reason).toBe("mine");
          for (const { retryDelayMs = 0 } of told) expect(retryDelayMs).toBeLessThanOrEqual(maxRetryDelayMs);
          expect([vi.getTimerCount(), getEventListeners(controller.signal, "abort").length]).toEqual([timers, 0]);
        },
      ),
      { numRuns },
    );
  },
);

/** A response that comes late, and not at all when nobody waits for it. */
function slow(ms: number): StubResponse {
  return ({ init: { signal } }) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(Response.json({ messages_read_count: 15 })), ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    });
}

const TOKENS = {
  fresh: () => {
    let asked = 0;
    return () => `t${(asked += 1)}`;
  },
  hanging: () => hang,
  throwing: () => () => Promise.reject(new Error("m")),
};
