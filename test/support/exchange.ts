import { expect, inject } from "vitest";
import type { Fetch } from "../../src/index.js";
import { nameOf, type DocumentedResponse } from "../../scripts/shared/spec.js";

/** The names of the answers that were asked for, received and found to be as promised. */
export const exercised = new Set<string>();

/** What a client under test needs to talk to the mock. */
export interface MockAccess {
  readonly baseUrl: string;
  readonly fetch: Fetch;
}

/** How a call ended. */
export type Outcome<T> =
  { readonly value: T; readonly error?: undefined } | { readonly value?: undefined; readonly error: unknown };

interface Expectation {
  /** Changes the request that the client made, to see what the mock thinks of a wrong one. */
  readonly tamper?: (init: RequestInit) => RequestInit;
  /** What the mock has to say against the request; nothing by default. */
  readonly violation?: RegExp;
  /** How often the client asks, retries included; once by default. */
  readonly times?: number;
}

/**
 * Asks the mock for one promised answer and asserts the whole of what comes: status, content type, body and what Prism
 * says against the exchange. A status alone proves nothing against Prism: it answers 404 to a wrong path too, and the
 * documented 400 to a malformed header.
 *
 * @returns how `call` ended
 */
export async function exchange<T>(
  promised: DocumentedResponse,
  call: (mock: MockAccess) => Promise<T>,
  { tamper = (init) => init, violation, times = 1 }: Expectation = {},
): Promise<Outcome<T>> {
  const answers: Response[] = [];
  const fetch: Fetch = async (url, init) => {
    const answer = await globalThis.fetch(url, tamper({ ...init, headers: prefer(promised, init.headers) }));
    answers.push(answer.clone());
    return answer;
  };

  const outcome = await call({ baseUrl: inject("mockUrl"), fetch }).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

  const received = await Promise.all(answers.map(describe));
  const expected = {
    status: promised.status,
    contentType: promised.contentType ?? null,
    body: promised.body,
    violations: violation ? expect.stringMatching(violation) : null,
  };
  expect(received).toEqual(Array(times).fill(expected));
  exercised.add(nameOf(promised));
  return outcome;
}

// The separator is a comma: after a semicolon Prism would ignore the example.
function prefer({ status, example }: DocumentedResponse, headers: HeadersInit | undefined): Headers {
  const all = new Headers(headers);
  all.set("Prefer", example === undefined ? `code=${status}` : `code=${status}, example=${example}`);
  return all;
}

async function describe(response: Response) {
  const text = await response.text();
  return {
    status: response.status,
    contentType: response.headers.get("content-type"),
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
    violations: response.headers.get("sl-violations"),
  };
}
