import { expect, test } from "vitest";
import { classify, mayHaveMarked } from "../../../../src/cli/mark-read/failure.js";
import { createTokenProvider } from "../../../../src/oauth/index.js";
import { errorOf } from "../../../support/error-of.js";

const TOKEN = "token-123456";
const json = (status: number, body: unknown = { error: { message: "no", code: 1 } }) => Response.json(body, { status });
const page = (status: number, text = "<html>", type = "text/html") =>
  new Response(text, { status, headers: { "Content-Type": type } });
const empty = (status: number, type?: string) =>
  new Response(null, { status, headers: type === undefined ? {} : { "Content-Type": type } });
const lost = (code: string) =>
  Object.assign(new TypeError("fetch failed"), { cause: { name: "Error", message: "x", code } });

const fetchOf = (outcome: Response | Error) => () =>
  outcome instanceof Response ? Promise.resolve(outcome) : Promise.reject(outcome);

/** A response whose body is cut off. */
const cut = (status: number) => {
  const body = new ReadableStream({ start: (controller) => controller.error(lost("ECONNRESET")) });
  return new Response(body, { status });
};

test.each<[string, Response | Error, string, boolean]>([
  ["a lost connection", lost("ECONNRESET"), "transient", true],
  ["a refused connection", lost("ECONNREFUSED"), "transient", false],
  ["a name that is not found", lost("ENOTFOUND"), "transient", false],
  ["a connection that is not made in time", lost("UND_ERR_CONNECT_TIMEOUT"), "transient", false],
  ["a code that only ends like one", lost("XECONNREFUSED"), "transient", true],
  ["a code that only begins like one", lost("ECONNREFUSEDX"), "transient", true],
  ["a certificate", lost("CERT_HAS_EXPIRED"), "run", true],
  ["a 404 whose body is lost", cut(404), "transient", true],
  ["a 500", json(500), "transient", true],
  ["a 429", json(429), "transient", false],
  ["a 404", json(404), "order", false],
  ["a 404 of another shape", json(404, ["no"]), "order", false],
  ["a 403", json(403), "order", false],
  ["a 403 of another shape, a gateway's", json(403, { message: "Forbidden" }), "transient", false],
  ["a 404 of a page", page(404), "transient", false],
  ["a 404 of a page with braces", page(404, "<script>{}"), "transient", false],
  ["a 404 of a page with the token", page(404, `${TOKEN} {`), "transient", false],
  ["a 404 of a page that names the token later", page(404, `no ${TOKEN}`), "transient", false],
  ["a 404 that begins with the token, as JSON", page(404, TOKEN, "application/json"), "order", false],
  ["a 404 without a body", empty(404), "transient", false],
  ["a 401", json(401), "token", false],
  ["a 401 without a body", empty(401), "token", false],
  ["a 401 without a body, but with a type", empty(401, "text/html"), "token", false],
  ["a 401 of a page", page(401), "transient", false],
  ["a 200 that breaks the contract", json(200, {}), "order", true],
  ["a 200 that is a page", page(200), "transient", false],
  ["a redirect", empty(300), "transient", false],
  ["a redirect with JSON", json(399), "transient", false],
  ["a 400", json(400), "order", false],
])("of an order, %s means %s", async (_, outcome, kind, marked) => {
  const error = await errorOf({ accessToken: TOKEN, fetch: fetchOf(outcome) });
  expect([classify(error).kind, mayHaveMarked(error)]).toEqual([kind, marked]);
});

test.each<[string, Response | Error, string]>([
  ["a lost connection", lost("ECONNRESET"), "transient"],
  ["a certificate", lost("CERT_HAS_EXPIRED"), "run"],
  ["a 503", json(503), "transient"],
  ["invalid_client", json(400, { error: "invalid_client" }), "run"],
  ["invalid_client with a description", json(400, { error: "invalid_client", error_description: "x" }), "run"],
  ["invalid_client with another type", page(400, '{"error":"invalid_client"}', "text/plain"), "run"],
  ["invalid_scope", json(400, { error: "invalid_scope" }), "run"],
  ["invalid_grant", json(401, { error: "invalid_grant" }), "user"],
  [
    "invalid_grant with a description",
    json(401, { error: "invalid_grant", error_description: "invalid_client" }),
    "user",
  ],
  ["a longer code", json(400, { error: "invalid_client_id" }), "user"],
  ["a 401 of another code", json(401, { error: "no_invalid_grant" }), "run"],
  ["a 401 of a longer code", json(401, { error: "invalid_grants" }), "run"],
  ["a 401 without a body", empty(401, "text/html"), "run"],
  ["a 400 of another code", json(400, { error: "unknown" }), "user"],
  ["a 400 of another shape", json(400, []), "user"],
  ["a 403 of a page", page(403), "transient"],
  ["a 403 without a body", empty(403, "application/json"), "transient"],
  ["a 200 without a token", json(200, {}), "user"],
  ["a 200 that is a page", page(200), "transient"],
])("of a token request, %s means %s", async (_, outcome, kind) => {
  const settings = { clientId: "client", clientSecret: "secret-123", maxRetries: 0, fetch: fetchOf(outcome) };
  const error: unknown = await createTokenProvider(settings)
    .forUser("u1")()
    .catch((thrown: unknown) => thrown);
  expect(classify(error)).toMatchObject({ kind, isRateLimit: false, retryAfterMs: 0 });
});

test("a 429 is a limit, and Retry-After counts with any status", async () => {
  const of = async (status: number) => {
    const response = Response.json({ error: { message: "no", code: 1 } }, { status, headers: { "Retry-After": "7" } });
    return classify(await errorOf({ fetch: fetchOf(response) }));
  };
  expect(await of(429)).toEqual({ kind: "transient", isRateLimit: true, retryAfterMs: 7000 });
  expect(await of(503)).toEqual({ kind: "transient", isRateLimit: false, retryAfterMs: 7000 });
});

test("a time limit may pass, and what is no error of the client's fails its order", async () => {
  const late = await errorOf({ timeoutMs: 1, fetch: () => new Promise<Response>(() => {}) });
  expect([classify(late).kind, mayHaveMarked(late)]).toEqual(["transient", true]);
  expect(classify(new Error("x"))).toEqual({ kind: "order", isRateLimit: false, retryAfterMs: 0 });
});

test("what a line of results says tells whether its order may be marked", () => {
  const lines = [{ name: "TimeoutError" }, { httpStatus: 500 }, { httpStatus: 499 }, { httpStatus: "500" }, {}, null];
  expect(lines.map(mayHaveMarked)).toEqual([true, true, false, false, false, false]);
  expect(mayHaveMarked({ name: "InvalidResponseError", httpStatus: 200 })).toBe(false);
});
