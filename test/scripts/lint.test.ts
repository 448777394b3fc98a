import { afterAll, beforeAll, expect, test } from "vitest";
import { redocly } from "../../scripts/redocly.js";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";

const DESCRIPTION = "openapi/openapi.yaml";

let repository: RepositoryCopy;
let original: string;
beforeAll(async () => {
  repository = await copyRepository();
  original = await repository.read(DESCRIPTION);
});
afterAll(() => repository.remove());

test("lint says in one line that the description has no problems", async () => {
  expect(await repository.run("lint.js")).toEqual({
    status: 0,
    stdout: "lint: openapi/openapi.yaml has no problems by openapi/redocly.yaml\n",
    stderr: "",
  });
});

// Changes of the contract's meaning, and the rule of openapi/redocly.yaml that refuses each.
const HOLES: [change: string, from: string, to: string, rule: string][] = [
  [
    "a status is dropped",
    '        "503":\n          $ref: "#/components/responses/ServiceUnavailable"\ncomponents:',
    "components:",
    "rule/responses-exact",
  ],
  [
    "a default response is added",
    '        "503":\n          $ref: "#/components/responses/ServiceUnavailable"\ncomponents:',
    '        "503":\n          $ref: "#/components/responses/ServiceUnavailable"\n        default:\n          description: Anything else\ncomponents:',
    "rule/responses-exact",
  ],
  [
    "a status loses its body",
    '          content:\n            application/json:\n              schema:\n                $ref: "#/components/schemas/ErrorResponse"\n              examples:\n                forbidden:\n                  $ref: "#/components/examples/forbidden"\n',
    "",
    "rule/documented-bodies",
  ],
  [
    "`example` hides the named examples",
    "              examples:\n                orderNotFound:",
    "              example: { error: { message: m, code: 1 } }\n              examples:\n                orderNotFound:",
    "rule/media-needs-examples",
  ],
  [
    "a parameter has a name that OpenAPI ignores",
    "name: X-Retailer-Id",
    "name: Authorization",
    "rule/no-reserved-headers",
  ],
  [
    "a schema has a keyword that the mock ignores",
    "      required: [messages_read_count]",
    "      unevaluatedProperties: false\n      required: [messages_read_count]",
    "rule/draft07-only",
  ],
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
    "a body has another media type",
    "            application/json:",
    "            application/vnd.api+json:",
    "response-mime-type",
  ],
  [
    "an example breaks its schema",
    "messages_read_count: 15",
    "messages_read_count: fifteen",
    "no-invalid-media-type-examples",
  ],
];

test("the rules close the holes that Redocly's strictest ones leave", async () => {
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

test("lint stops at a problem with one sentence, after what Redocly says", async () => {
  await repository.replace(DESCRIPTION, "messages_read_count: 15", "messages_read_count: fifteen");
  const { status, stderr } = await repository.run("lint.js");
  expect(status).toBe(1);
  expect(stderr).toContain("no-invalid-media-type-examples");
  expect(stderr).toMatch(/\nlint: openapi\/openapi\.yaml breaks the rules of openapi\/redocly\.yaml, see above\n$/);
});

test("lint fails when an ignore file hides problems", async () => {
  await repository.write(".redocly.lint-ignore.yaml", "");
  const { status, stderr } = await repository.run("lint.js");
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^lint: .+ hides problems; remove it and mend them\n$/),
  });
});
