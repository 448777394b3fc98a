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

// Changes of the contract's meaning, and the rule in openapi/redocly.yaml that rejects each.
const HOLES: [change: string, from: string, to: string, rule: string][] = [
  ["there is no contact", "  contact:\n    name", "  x-contact:\n    name", "info-contact"],
  [
    "an operation has no description",
    "      description: |\n        Marks every",
    "      x-description: |\n        Marks every",
    "operation-description",
  ],
  ["an operation has two tags", "tags: [Chat]", "tags: [Chat, Access token]", "operation-singular-tag"],
  ["a tag is not defined", "tags: [Chat]", "tags: [Other]", "operation-tag-defined"],
  [
    "a tag has no description",
    "    description: |\n      The messages that a shopper sent",
    "    x-description: |\n      The messages that a shopper sent",
    "tag-description",
  ],
  [
    "a parameter has no description",
    "      description: |\n        The slug of the retailer's banner",
    "      x-description: |\n        The slug of the retailer's banner",
    "parameter-description",
  ],
  ["a property has no example", "          examples: [15]\n", "", "scalar-property-missing-example"],
  [
    "a range excludes what it includes",
    "          minimum: 0\n",
    "          minimum: 0\n          exclusiveMinimum: 0\n",
    "no-mixed-number-range-constraints",
  ],
  [
    "a reference stands where OpenAPI has none",
    "        description: Mark messages as read\n",
    '        $ref: "#/info/contact"\n',
    "spec-strict-refs",
  ],
  [
    "a request has another media type",
    "        required: true\n        content:\n          application/json:",
    "        required: true\n        content:\n          text/plain:",
    "request-mime-type",
  ],
  [
    "a response has another media type",
    '            application/json:\n              schema:\n                $ref: "#/components/schemas/MessagesRead"',
    '            application/vnd.api+json:\n              schema:\n                $ref: "#/components/schemas/MessagesRead"',
    "response-mime-type",
  ],
  ...["400", "401", "403", "404", "408", "429", "500", "503"].map((status): [string, string, string, string] => [
    `status ${status} is renamed`,
    `        "${status}":`,
    `        "599":`,
    "rule/responses-exact",
  ]),
  ...["default", "1XX", "2XX", "3XX", "4XX", "5XX", '"201"', '"204"', '"422"'].map(
    (key): [string, string, string, string] => [
      `${key} is added`,
      '        "503":\n',
      `        ${key}:\n          description: Anything else\n        "503":\n`,
      "rule/responses-exact",
    ],
  ),
  ...[
    ["MessagesRead", "rule/documented-bodies"],
    ["ErrorResponse", "rule/documented-bodies"],
    ["AccessToken", "rule/documented-token-bodies"],
    ["OAuthError", "rule/documented-token-bodies"],
  ].map(([schema, rule = ""]): [string, string, string, string] => [
    `a body with ${schema} is lost`,
    `          content:\n            application/json:\n              schema:\n                $ref: "#/components/schemas/${schema}"\n              examples:\n`,
    "          x-examples:\n",
    rule,
  ]),
  ["an operation has no code samples", "      x-codeSamples:\n", "      x-samples:\n", "rule/operation-needs"],
  ["an operation links no page", "      externalDocs:\n", "      x-docs:\n", "rule/operation-needs"],
  ["an integer has no format", "          format: int64\n", "", "rule/integers-int64"],
  ["an integer has 32 bits", "          format: int64\n", "          format: int32\n", "rule/only-int64"],
  [
    "`example` hides the named examples",
    "              examples:\n                orderNotFound:",
    "              example: { error: { message: m, code: 1 } }\n              examples:\n                orderNotFound:",
    "rule/media-needs-examples",
  ],
  [
    "a body has no examples",
    "              examples:\n                orderNotFound:",
    "              x-examples:\n                orderNotFound:",
    "rule/media-needs-examples",
  ],
  [
    "a body has no schema",
    '              schema:\n                $ref: "#/components/schemas/AccessToken"\n',
    "",
    "rule/media-needs-examples",
  ],
  ...["Authorization", "accept", "Content-Type"].map((name): [string, string, string, string] => [
    `a parameter is named ${name}, which OpenAPI ignores`,
    "name: X-Retailer-Id",
    `name: ${name}`,
    "rule/no-reserved-headers",
  ]),
  ...Object.entries({
    $dynamicRef: '"#a"',
    $dynamicAnchor: "a",
    unevaluatedProperties: "false",
    unevaluatedItems: "false",
    dependentRequired: "{ a: [b] }",
    dependentSchemas: "{ a: {} }",
    prefixItems: "[{}]",
    minContains: "1",
    maxContains: "1",
    contentSchema: "{}",
  }).map(([keyword, value]): [string, string, string, string] => [
    `a schema has ${keyword}, which the mock ignores`,
    "      required: [messages_read_count]",
    `      ${keyword}: ${value}\n      required: [messages_read_count]`,
    "rule/draft07-only",
  ]),
  [
    "an example's name is not camelCase",
    "        noUnreadMessages:\n                  $ref",
    "        no-unread-messages:\n                  $ref",
    "rule/example-keys-camel-case",
  ],
  [
    "an operation id is not camelCase",
    "operationId: markMessagesAsRead",
    "operationId: mark_messages_as_read",
    "rule/operation-id-camel-case",
  ],
  [
    "an example breaks its schema",
    "messages_read_count: 15",
    "messages_read_count: fifteen",
    "no-invalid-media-type-examples",
  ],
];

test("our rules catch what Redocly's strictest rules miss", async () => {
  const paths = await Promise.all(
    HOLES.map(async ([, from, to], index) => {
      await repository.write(`openapi/mutant-${index}.yaml`, original);
      await repository.replace(`openapi/mutant-${index}.yaml`, from, to);
      return `openapi/mutant-${index}.yaml`;
    }),
  );
  const { stdout } = await redocly([
    "lint",
    ...paths.map(repository.path),
    "--config",
    repository.path("openapi/redocly.yaml"),
    "--format",
    "json",
  ]);
  const reports = stdout
    .split(/(?<=^\})\s*(?=\{)/m)
    .map((report) => JSON.parse(report) as { problems: { ruleId: string }[] });
  const found = reports.map(({ problems }, index) => [HOLES[index]?.[0], problems.map(({ ruleId }) => ruleId)]);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(HOLES.map(([change, , , rule]) => [change, expect.arrayContaining([rule])])),
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
