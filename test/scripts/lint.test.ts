import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { redocly } from "../../scripts/common/redocly.js";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";

const SPEC = "openapi/openapi.yaml";

let repository: RepositoryCopy;
let original: string;
beforeAll(async () => {
  repository = await copyRepository();
  original = await repository.read(SPEC);
});
afterAll(() => repository.remove());

/** A change of the contract's meaning, and the rule in openapi/redocly.yaml that rejects it. */
type Hole = readonly [change: string, rule: string, from: string, to: string];
const hole = (...change: Hole) => change;
/** Renames the first key of a text, so that it means nothing. */
const hidden = (change: string, rule: string, text: string) => hole(change, rule, text, `x-${text}`);

const JSON_TYPE = "application/json";
const MESSAGES_READ = ':\n              schema:\n                $ref: "#/components/schemas/MessagesRead"';
const BODY = (schema: string) =>
  `content:\n            application/json:\n              schema:\n                $ref: "#/components/schemas/${schema}"\n              examples:\n`;
const REQUEST = "required: true\n        content:\n          ";
const EXAMPLES = "examples:\n                orderNotFound:";
const REQUIRED = "      required: [messages_read_count]";
const IGNORED_BY_THE_MOCK = {
  ...{ $dynamicRef: '"#a"', $dynamicAnchor: "a", unevaluatedProperties: "false", unevaluatedItems: "false" },
  ...{ dependentRequired: "{ a: [b] }", dependentSchemas: "{ a: {} }", prefixItems: "[{}]", contentSchema: "{}" },
  ...{ minContains: "1", maxContains: "1" },
};

const HOLES: readonly Hole[] = [
  hidden("there is no contact", "info-contact", "contact:\n    name"),
  hidden("an operation has no description", "operation-description", "description: |\n        Marks every"),
  hole("an operation has two tags", "operation-singular-tag", "tags: [Chat]", "tags: [Chat, Access token]"),
  hole("a tag is not defined", "operation-tag-defined", "tags: [Chat]", "tags: [Other]"),
  hidden("a tag has no description", "tag-description", "description: |\n      The messages that a shopper sent"),
  hidden("a parameter has no description", "parameter-description", "description: |\n        The slug of the retailer"),
  hole("a property has no example", "scalar-property-missing-example", "          examples: [15]\n", ""),
  hole(
    "a range excludes what it includes",
    "no-mixed-number-range-constraints",
    "minimum: 0\n",
    "minimum: 0\n          exclusiveMinimum: 0\n",
  ),
  hole(
    "a reference stands where OpenAPI has none",
    "spec-strict-refs",
    "description: Mark messages as read\n",
    '$ref: "#/info/contact"\n',
  ),
  hole("a request has another type", "request-mime-type", `${REQUEST}${JSON_TYPE}:`, `${REQUEST}text/plain:`),
  hole("a response has another type", "response-mime-type", JSON_TYPE + MESSAGES_READ, `text/plain${MESSAGES_READ}`),
  ...["400", "401", "403", "404", "408", "429", "500", "503"].map((status) =>
    hole(`status ${status} is renamed`, "rule/responses-exact", `        "${status}":`, `        "599":`),
  ),
  ...["default", "1XX", "2XX", "3XX", "4XX", "5XX", '"201"', '"204"', '"422"'].map((key) =>
    hole(
      `${key} is added`,
      "rule/responses-exact",
      '        "503":\n',
      `        ${key}:\n          description: Anything else\n        "503":\n`,
    ),
  ),
  ...["MessagesRead", "ErrorResponse"].map((schema) =>
    hole(`a body with ${schema} is lost`, "rule/documented-bodies", BODY(schema), "x-examples:\n"),
  ),
  ...["AccessToken", "OAuthError"].map((schema) =>
    hole(`a body with ${schema} is lost`, "rule/documented-token-bodies", BODY(schema), "x-examples:\n"),
  ),
  hidden("an operation has no code samples", "rule/operation-needs", "x-codeSamples:\n"),
  hole("an operation links no page", "rule/operation-needs", "      externalDocs:\n", "      x-docs:\n"),
  hole("an integer has no format", "rule/integers-int64", "          format: int64\n", ""),
  hole("an integer has 32 bits", "rule/only-int64", "format: int64\n", "format: int32\n"),
  hole(
    "`example` hides the named examples",
    "rule/media-needs-examples",
    EXAMPLES,
    `example: { error: { message: m, code: 1 } }\n              ${EXAMPLES}`,
  ),
  hidden("a body has no examples", "rule/media-needs-examples", EXAMPLES),
  hole(
    "a body has no schema",
    "rule/media-needs-examples",
    '              schema:\n                $ref: "#/components/schemas/AccessToken"\n',
    "",
  ),
  ...["Authorization", "accept", "Content-Type"].map((name) =>
    hole(`OpenAPI ignores a parameter ${name}`, "rule/no-reserved-headers", "name: X-Retailer-Id", `name: ${name}`),
  ),
  ...Object.entries(IGNORED_BY_THE_MOCK).map(([keyword, value]) =>
    hole(`the mock ignores ${keyword}`, "rule/draft07-only", REQUIRED, `      ${keyword}: ${value}\n${REQUIRED}`),
  ),
  hole(
    "an example's name is not camelCase",
    "rule/example-keys-camel-case",
    "noUnreadMessages:\n                  $ref",
    "no-unread-messages:\n                  $ref",
  ),
  hole(
    "an operation id is not camelCase",
    "rule/operation-id-camel-case",
    "operationId: markMessagesAsRead",
    "operationId: mark_messages_as_read",
  ),
  hole(
    "an example breaks its schema",
    "no-invalid-media-type-examples",
    "messages_read_count: 15",
    "messages_read_count: fifteen",
  ),
];

test("our rules catch what Redocly's strictest rules miss", async () => {
  const paths = await Promise.all(
    HOLES.map(async ([, , from, to], index) => {
      await repository.write(`openapi/mutant-${index}.yaml`, original);
      await repository.replace(`openapi/mutant-${index}.yaml`, from, to);
      return `openapi/mutant-${index}.yaml`;
    }),
  );
  const options = ["--config", repository.path("openapi/redocly.yaml"), "--format", "json"];
  const { stdout } = await redocly(["lint", ...paths.map(repository.path), ...options]);
  const reports = stdout
    .split(/(?<=^\})\s*(?=\{)/m)
    .map((report) => JSON.parse(report) as { problems: { ruleId: string }[] });
  const found = reports.map(({ problems }, index) => [HOLES[index]?.[0], problems.map(({ ruleId }) => ruleId)]);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(HOLES.map(([change, rule]) => [change, expect.arrayContaining([rule])])),
  );
});

test("the strictest ruleset is active, and telemetry is off", async () => {
  const configuration = await repository.read("openapi/redocly.yaml");
  expect(configuration).toMatch(/^telemetry: off$/m);
  expect(configuration).toMatch(/^extends:\n  - recommended-strict$/m);
  const off = [...configuration.matchAll(/^(.*)\n  ([\w-]+): off$/gm)].map(([, before, rule]) => [
    rule,
    before?.trim().startsWith("#"),
  ]);
  expect(off).toEqual([
    ["paths-kebab-case", true],
    ["no-http-verbs-in-paths", true],
  ]);
});

test("the parts of Redocly's score that depend only on writing are at 100", async () => {
  const args = ["score", repository.path(SPEC), "--config", repository.path("openapi/redocly.yaml")];
  const { stdout } = await redocly([...args, "--format", "json"]);
  const { subscores, discoverability } = JSON.parse(stdout) as { subscores: object; discoverability: number };
  expect({ ...subscores, discoverability }).toMatchObject({
    documentationQuality: 1,
    exampleCoverage: 1,
    errorClarity: 1,
    identifierClarity: 1,
    discoverability: 100,
  });
});

test("no ignore file hides problems", async () => {
  for (const folder of [root, join(root, "openapi")])
    expect(await readdir(folder)).not.toContain(".redocly.lint-ignore.yaml");
});
