// What companies put in front of the API, or reach instead of it: none of it says anything about the contract.
import { ERROR, type FlawedResponse, type Responses } from "./flawed-server.js";

export interface InFrontCase {
  readonly name: string;
  readonly responses: Partial<Responses>;
  /** What the reason says. */
  readonly looksLike: RegExp;
  /** Whether the access token comes from the server. */
  readonly issuesToken: boolean;
}

type Response = Responses["token"];

const page = (status: number, headers: Record<string, string> = {}): FlawedResponse => ({
  status,
  body: "<html><title>Hello</title></html>",
  contentType: "text/html; charset=utf-8",
  headers: { Server: "some-server", ...headers },
});
const json = (status: number, message: string): FlawedResponse => ({ status, body: { message } });
const chat = (one: Response): Partial<Responses> => ({ found: one, notFound: one, unauthorized: one });
const everything = (one: Response): Partial<Responses> => ({ token: one, ...chat(one) });
const notFound = { status: 404, body: { error: ERROR } };
const portal = everything(({ path }) => page(302, { Location: `https://portal.example/?from=${path}` }));

const STATUSES = [
  500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530, 599,
];

/** The responses by name; with an access token that is given. */
const GIVEN: Record<string, [RegExp, Partial<Responses>]> = {
  "a firewall's 403": [/a firewall.*text\/html.*some-server/, everything(page(403))],
  "a firewall's 403 for the order": [/a firewall/, { found: page(403) }],
  "a firewall's 403 for an unknown order": [/a firewall/, { notFound: page(403) }],
  "a firewall's 403 for the invalid token": [/a firewall/, { unauthorized: page(403) }],
  "a firewall's empty 403": [/a firewall/, { found: { status: 403, contentType: null } }],
  "a gateway's 403 with JSON": [/gateway with rules/, everything(json(403, "Forbidden"))],
  "a gateway's 403 for the order": [/gateway with rules/, { found: json(403, "Forbidden") }],
  "a gateway's 429 with JSON": [/gateway with limits/, { found: json(429, "slow") }],
  "a gateway's 429 page": [/gateway with limits/, { found: page(429) }],
  "a gateway's 408 page": [/gateway with limits/, { found: page(408) }],
  "a gateway's 401 with JSON": [/gateway or proxy that wants/, everything(json(401, "No API key"))],
  "a gateway's 401 page": [/gateway or proxy that wants/, everything(page(401))],
  "a gateway's 401 with JSON, while the API is not reached": [
    /gateway or proxy that wants|gateway that does not reach|outage/,
    { ...chat(json(503, "failure to get a peer")), unauthorized: json(401, "Unauthorized") },
  ],
  "a gateway's 404 with JSON for the order": [/base URL/, { ...chat(json(403, "No")), found: json(404, "no Route") }],
  "a gateway's 404 with JSON": [/base URL/, everything(json(404, "no Route matched"))],
  "a proxy's 407": [/proxy that wants credentials|network failed/, { found: page(407) }],
  "a captive portal's 200": [/captive portal/, everything(page(200))],
  "a captive portal's 302": [/captive portal.*to https:\/\/portal\.example/, portal],
  "a captive portal's 511": [/captive portal/, everything(page(511))],
  "a maintenance page with 200": [/maintenance/, everything(page(200))],
  "a maintenance page with 503": [/maintenance/, everything(page(503))],
  "a 404 page of nginx": [/another server.*base URL/, everything(page(404))],
  "a 404 page for the order": [/base URL/, { found: page(404) }],
  "a 404 page while no order is served": [/base URL/, { found: notFound, notFound: page(404) }],
  "a 401 page while no order is served": [/credentials/, { found: notFound, unauthorized: page(401) }],
  "a 410 page for the order": [/another server/, { found: page(410) }],
  "a 405 of a static host": [/base URL/, everything(page(405))],
  "a 400 of an HTTPS port": [/base URL/, everything(page(400))],
  "a 204 for everything": [/another server/, everything({ status: 204 })],
  "a 308 to HTTPS": [/to https/, everything(page(308, { Location: "https://example.com" }))],
  ...Object.fromEntries(
    STATUSES.flatMap((status) => [
      [`a ${status} page`, [/gateway that does not reach|maintenance/, { found: page(status) }]],
      [`a ${status} with JSON`, [/status \d{3}/, { found: { status, body: { error: ERROR } } }]],
    ]),
  ),
};

/** With an access token that the server issues. */
const ISSUED: typeof GIVEN = {
  "a captive portal's 200 for a client": [/captive portal/, everything(page(200))],
  "a captive portal's 302 for a client": [/login/, everything(page(302, { Location: "/login" }))],
  "a login behind the token endpoint": [/to \/sso/, chat(page(302, { Location: "/sso" }))],
  "a page behind the token endpoint": [/another server/, chat(page(200))],
  "a 404 page of nginx for a client": [/base URL/, everything(page(404))],
  "a token request that a firewall rejects": [/a firewall/, { token: page(403) }],
  "a token request that a gateway rejects": [/gateway/, { token: page(401) }],
};

export const inFrontCases: readonly InFrontCase[] = [GIVEN, ISSUED].flatMap((cases) =>
  Object.entries(cases).map(([name, [looksLike, responses]]) => {
    return { name, looksLike, responses, issuesToken: cases === ISSUED };
  }),
);
