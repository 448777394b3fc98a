import { mockFetch } from "../../testing/index.js";
import { casesFor, type Target, type TokenSource } from "./cases.js";

/**
 * Describes the requests that a check sends. It makes them against the mock, so nothing is sent.
 *
 * @throws TypeError that names the invalid option, AccessTokenError if the access token is invalid
 */
export async function describeRequests(target: Target, tokens: TokenSource): Promise<string> {
  const fetch = mockFetch();
  const cases = casesFor(target, tokens, fetch);
  for (const one of cases) await one.ask();
  return cases
    .map(({ operationId, status, code, purpose, needsToken }, index) => {
      const { method = "", url = "", headers = {}, body } = fetch.requests[index] ?? {};
      const shown = needsToken ? { ...headers, authorization: "Bearer <access token>" } : headers;
      const lines = [
        `${method} ${new URL(url).pathname}`,
        ...Object.entries(shown).map(([name, value]) => `${name}: ${value}`),
        ...(body === undefined ? [] : [JSON.stringify(body)]),
      ];
      const expected = `expects ${status}${code === undefined ? "" : ` with code ${code}`}`;
      return [`${index + 1}. ${operationId} for ${purpose}: ${expected}`, ...lines.map((line) => `     ${line}`)].join(
        "\n",
      );
    })
    .join("\n");
}
