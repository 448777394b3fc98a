import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createChatClient } from "../../src/index.js";
import { startApiServer, type ApiServer } from "../support/api-server.js";

// `npm run test:long` runs more.
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 300);
const TIMEOUT_MS = 30_000 + numRuns * 100;

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server.close());

const codeUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
  .map((units) => String.fromCharCode(...units));
const pathLike = fc
  .array(fc.constantFrom("/", ".", "..", "%2e", "%", "?", "#", "\\", " ", "{order_id}", "a", "\n", ";"), {
    maxLength: 6,
  })
  .map((parts) => parts.join(""));
const orderIds = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), codeUnits, pathLike);

test(
  "any order id is either rejected before anything is sent, or arrives unchanged",
  { timeout: TIMEOUT_MS },
  async () => {
    const chat = createChatClient({ accessToken: "t", baseUrl: server.url });
    await fc.assert(
      fc.asyncProperty(orderIds, async (orderId) => {
        const isInvalid =
          orderId.trim() === "" ||
          orderId === "." ||
          orderId === ".." ||
          hasLoneSurrogate(orderId) ||
          /[\0-\x1f\x7f-\x9f\u2800]|\p{Cf}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}/u.test(orderId);
        const error: unknown = await chat.markMessagesAsRead(orderId).then(
          () => undefined,
          (error: unknown) => error,
        );
        const paths = server.requests.splice(0).map(({ path }) => path.split("/"));
        if (isInvalid) {
          expect(error).toBeInstanceOf(TypeError);
          expect(paths).toEqual([]);
        } else {
          expect(error).toBeUndefined();
          expect(paths.map((parts) => parts.map(decodeURIComponent))).toEqual([
            ["", "v2", "post_checkout", "chat", orderId, "messages"],
          ]);
        }
      }),
      { numRuns },
    );
  },
);

function hasLoneSurrogate(text: string): boolean {
  try {
    encodeURIComponent(text);
    return false;
  } catch {
    return true;
  }
}
