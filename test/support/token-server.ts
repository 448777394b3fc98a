import type { Fetch } from "../../src/index.js";
import { stubFetch, type StubResponse, type StubbedRequest } from "./stub-fetch.js";

/**
 * A `fetch` that responds to token requests: with these responses, of which a string is a token and the last one is repeated,
 * or with token-1, token-2 and so on.
 */
export function tokenServer(...responses: (string | StubResponse)[]): {
  fetch: Fetch;
  requests: StubbedRequest[];
  bodies: Record<string, unknown>[];
} {
  let issued = 0;
  const bodies: Record<string, unknown>[] = [];
  const issue = (accessToken = `token-${(issued += 1)}`) =>
    Response.json({ access_token: accessToken, token_type: "Bearer", expires_in: 86_400, created_at: 1_603_897_760 });
  const all = responses.map((response) => (typeof response === "string" ? () => issue(response) : response));
  const stub = stubFetch(...(all.length > 0 ? all : [() => issue()]));
  return {
    ...stub,
    bodies,
    fetch: (url, init) => {
      bodies.push(JSON.parse(String(init.body)) as Record<string, unknown>);
      return stub.fetch(url, init);
    },
  };
}
