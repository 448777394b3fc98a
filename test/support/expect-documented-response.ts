import { expect, inject } from "vitest";
import type { Fetch } from "../../src/index.js";
import { client } from "./client.js";
import { callOf, type Call } from "./operations.js";
import { attemptsUntil, apiOutcomeOf, type Outcome } from "./outcome.js";
import { exchangeOf, type Exchange } from "./redocly-coverage.js";
import type { DocumentedResponse } from "./spec.js";

interface Expectation {
  /** Calls the operation; as briefly as can be by default. */
  readonly call?: Call;
  /** The operation's own options. */
  readonly options?: object;
  /** Changes the request that the client made, to see what the mock says of an invalid one. */
  readonly tamper?: (request: { url: URL; headers: Headers }) => void;
  /** What the mock must say against the request; nothing by default. */
  readonly violation?: RegExp;
}

/** The exchanges that were as documented, so far in this file of tests. */
export const exchanges: Exchange[] = [];

/**
 * Makes the mock send one documented response, and asserts all of it: status, content type, body and what Prism says
 * against the exchange. A status alone proves nothing: Prism sends 404 for an unknown path too, and the documented 400
 * for a malformed header.
 *
 * @returns how the call ended
 */
export async function expectDocumentedResponse(
  documented: DocumentedResponse,
  { call = callOf(documented.operationId), options, tamper, violation }: Expectation = {},
): Promise<Outcome> {
  const sent: Exchange[] = [];
  const received: object[] = [];
  const fetch: Fetch = async (url, init) => {
    const request = { url: new URL(url), headers: new Headers(init.headers) };
    request.headers.set("Prefer", preferenceFor(documented));
    tamper?.(request);
    const response = await globalThis.fetch(request.url, { ...init, headers: request.headers });
    const exchange = await exchangeOf(url, init, response.clone());
    const { text } = exchange.response.content;
    sent.push(exchange);
    received.push({
      status: response.status,
      contentType: response.headers.get("content-type"),
      body: text === "" ? undefined : JSON.parse(text),
      violations: response.headers.get("sl-violations"),
    });
    return response;
  };

  const outcome = await apiOutcomeOf(client, call(client, { baseUrl: inject("mockUrl"), fetch }, options));
  const expected = {
    status: documented.status,
    contentType: documented.contentType ?? null,
    body: documented.body,
    violations: violation ? expect.stringMatching(violation) : null,
  };
  expect(received).toEqual(Array(attemptsUntil(documented.status)).fill(expected));
  if (!violation) exchanges.push(...sent);
  return outcome;
}

// The separator is a comma: after a semicolon Prism would ignore the example.
function preferenceFor({ status, example }: DocumentedResponse): string {
  return example === undefined ? `code=${status}` : `code=${status}, example=${example}`;
}
