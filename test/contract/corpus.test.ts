import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { validateAccessToken, validateErrorResponse, validateMessagesRead } from "../../generated/validators.js";
import { spec } from "../../scripts/shared/spec.js";
import { createChatClient } from "../../src/index.js";
import { createTokenProvider } from "../../src/oauth/index.js";
import { corpora, type Corpus } from "../support/corpus.js";

const validators = {
  MessagesRead: validateMessagesRead,
  ErrorResponse: validateErrorResponse,
  AccessToken: validateAccessToken,
};

describe.each(corpora)("$operationId $status, $schema", (corpus) => {
  const { schema, good, wrong } = corpus;
  const dialects = [Ajv, Ajv2020].map((Validator) => {
    const ajv = new Validator({ strict: true }).addVocabulary(["components"]);
    ajv.addSchema({ $id: "api", components: spec.components });
    return ajv.getSchema(`api#/components/schemas/${schema}`);
  });
  const fits = (body: unknown): boolean => validators[schema](body);
  const bodies = [...good.map((body) => ({ body, isGood: true })), ...wrong.map((body) => ({ body, isGood: false }))];

  test.each(bodies)("$body is right: $isGood, say the generated validator and both dialects of JSON Schema", (item) => {
    const verdicts = dialects.map((validate) => validate?.(item.body));
    expect([fits(item.body), ...verdicts]).toEqual([item.isGood, item.isGood, item.isGood]);
  });

  test.each(bodies)("$body is right: $isGood, says the client, which is lenient with errors", async (item) => {
    const { name } = await read(corpus, item.body);
    if (corpus.status !== 200) expect(name).toBe("ApiError");
    else expect(name).toBe(item.isGood ? "success" : "InvalidResponseError");
  });
});

/** What the client makes of a body. */
async function read({ operationId, status }: Corpus, body: unknown): Promise<{ name: string }> {
  const fetch = async () => Response.json(body, { status });
  const call =
    operationId === "markMessagesAsRead"
      ? createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("order-123")
      : createTokenProvider({ clientId: "a", clientSecret: "b", fetch }).forClient()();
  return call.then(
    () => ({ name: "success" }),
    (error: Error) => (error.name === "AccessTokenError" ? (error.cause as Error) : error),
  );
}
