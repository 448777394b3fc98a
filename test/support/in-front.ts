// What companies put in front of the API, or reach instead of it: none of it says anything about the contract.
import { ERROR, type FlawedRequest, type FlawedResponse, type Responses } from "./flawed-server.js";

export interface InFrontCase {
  readonly name: string;
  readonly responses: Partial<Responses>;
  /** What the reason says. */
  readonly looksLike: RegExp;
  /** Whether the access token comes from the server. */
  readonly issuesToken?: true;
}

const page = (status: number, headers: Record<string, string> = {}): FlawedResponse => ({
  status,
  body: "<html><title>Hello</title></html>",
  contentType: "text/html; charset=utf-8",
  headers: { Server: "some-server", ...headers },
});
const json = (status: number, message: string): FlawedResponse => ({ status, body: { message } });
type Responder = FlawedResponse | ((request: FlawedRequest) => FlawedResponse);
const everything = (response: Responder): Partial<Responses> => ({
  token: response,
  found: response,
  notFound: response,
  unauthorized: response,
});
const chat = (response: Responder): Partial<Responses> => ({
  found: response,
  notFound: response,
  unauthorized: response,
});
const notFound = { status: 404, body: { error: ERROR } };

export const inFrontCases: readonly InFrontCase[] = [
  { name: "a firewall's 403", responses: everything(page(403)), looksLike: /a firewall.*text\/html.*some-server/ },
  { name: "a firewall's 403 for the order", responses: { found: page(403) }, looksLike: /a firewall/ },
  { name: "a firewall's 403 for an unknown order", responses: { notFound: page(403) }, looksLike: /a firewall/ },
  { name: "a firewall's 403 for the invalid token", responses: { unauthorized: page(403) }, looksLike: /a firewall/ },
  { name: "a firewall's empty 403", responses: { found: { status: 403, contentType: null } }, looksLike: /a firewall/ },
  { name: "a gateway's 403 with JSON", responses: everything(json(403, "Forbidden")), looksLike: /gateway with rules/ },
  {
    name: "a gateway's 403 for the order",
    responses: { found: json(403, "Forbidden") },
    looksLike: /gateway with rules/,
  },
  { name: "a gateway's 429 with JSON", responses: { found: json(429, "slow") }, looksLike: /gateway with limits/ },
  { name: "a gateway's 429 page", responses: { found: page(429) }, looksLike: /gateway with limits/ },
  { name: "a gateway's 408 page", responses: { found: page(408) }, looksLike: /gateway with limits/ },
  {
    name: "a gateway's 401 with JSON",
    responses: everything(json(401, "No API key")),
    looksLike: /gateway or proxy that wants/,
  },
  { name: "a gateway's 401 page", responses: everything(page(401)), looksLike: /gateway or proxy that wants/ },
  { name: "a gateway's 404 with JSON", responses: everything(json(404, "no Route matched")), looksLike: /base URL/ },
  { name: "a proxy's 407", responses: { found: page(407) }, looksLike: /proxy that wants credentials|network failed/ },
  { name: "a captive portal's 200", responses: everything(page(200)), looksLike: /captive portal/ },
  {
    name: "a captive portal's 200 for a client",
    responses: everything(page(200)),
    looksLike: /captive portal/,
    issuesToken: true,
  },
  {
    name: "a captive portal's 302",
    responses: everything(({ path }) => page(302, { Location: `https://portal.example/?from=${path}` })),
    looksLike: /captive portal.*to https:\/\/portal\.example/,
  },
  {
    name: "a captive portal's 302 for a client",
    responses: everything(page(302, { Location: "/login" })),
    looksLike: /login/,
    issuesToken: true,
  },
  { name: "a captive portal's 511", responses: everything(page(511)), looksLike: /captive portal/ },
  {
    name: "a login behind the token endpoint",
    responses: chat(page(302, { Location: "/sso" })),
    looksLike: /to \/sso/,
    issuesToken: true,
  },
  {
    name: "a page behind the token endpoint",
    responses: chat(page(200)),
    looksLike: /another server/,
    issuesToken: true,
  },
  { name: "a maintenance page with 200", responses: everything(page(200)), looksLike: /maintenance/ },
  { name: "a maintenance page with 503", responses: everything(page(503)), looksLike: /maintenance/ },
  { name: "a 404 page of nginx", responses: everything(page(404)), looksLike: /another server.*base URL/ },
  {
    name: "a 404 page of nginx for a client",
    responses: everything(page(404)),
    looksLike: /base URL/,
    issuesToken: true,
  },
  { name: "a 404 page for the order", responses: { found: page(404) }, looksLike: /base URL/ },
  {
    name: "a 404 page while no order is served",
    responses: { found: notFound, notFound: page(404) },
    looksLike: /base URL/,
  },
  {
    name: "a 401 page while no order is served",
    responses: { found: notFound, unauthorized: page(401) },
    looksLike: /credentials/,
  },
  { name: "a 410 page for the order", responses: { found: page(410) }, looksLike: /another server/ },
  { name: "a 405 of a static host", responses: everything(page(405)), looksLike: /base URL/ },
  { name: "a 400 of an HTTPS port", responses: everything(page(400)), looksLike: /base URL/ },
  { name: "a 204 for everything", responses: everything({ status: 204 }), looksLike: /another server/ },
  {
    name: "a 308 to HTTPS",
    responses: everything(page(308, { Location: "https://example.com" })),
    looksLike: /to https/,
  },
  {
    name: "a token request that a firewall rejects",
    responses: { token: page(403) },
    looksLike: /a firewall/,
    issuesToken: true,
  },
  {
    name: "a token request that a gateway rejects",
    responses: { token: page(401) },
    looksLike: /gateway/,
    issuesToken: true,
  },
  ...[500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530, 599].flatMap(
    (status) => [
      {
        name: `a ${status} page`,
        responses: { found: page(status) },
        looksLike: /gateway that does not reach|maintenance/,
      },
      {
        name: `a ${status} with JSON`,
        responses: { found: { status, body: { error: ERROR } } },
        looksLike: /status \d{3}/,
      },
    ],
  ),
];
