import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProxy } from "../../scripts/mock/server.js";
import { startApiServer, type ApiServer } from "../support/api-server.js";
import { validInvalidBodies } from "../support/operations.js";
import { documentedRequest, responseSchemas } from "../support/spec.js";

let status: number;
let body: string;
let upstream: ApiServer;
let proxy: Awaited<ReturnType<typeof startProxy>>;
beforeAll(async () => {
  const respond = () => ({ status, body });
  const operationIds = responseSchemas().map(({ operationId }) => operationId);
  upstream = await startApiServer(Object.fromEntries(operationIds.map((operationId) => [operationId, respond])));
  proxy = await startProxy(upstream.url);
});
afterAll(async () => {
  await proxy.close();
  await upstream.close();
});

const schemas = new Map(responseSchemas().map((response) => [response.schema, response]));
describe.each([...schemas.values()])("Prism's proxy in front of a server that sends $schema", (response) => {
  const { valid = [], invalid = [] } = validInvalidBodies[response.schema] ?? {};

  test.each(valid.map((body) => JSON.stringify(body)))("accepts %s", async (json) => {
    expect(await violations(json)).toBeNull();
  });

  test.each(invalid.map((body) => JSON.stringify(body)))("reports %s", async (json) => {
    expect(await violations(json)).toContain("response");
  });

  async function violations(json: string) {
    ({ status } = response);
    body = json;
    const { path, init } = documentedRequest(response.operationId);
    // The proxy would close a connection that is idle in the very moment in which it is used again.
    const headers = { ...init.headers, Connection: "close" };
    const result = await fetch(proxy.url + path, { ...init, headers });
    await result.arrayBuffer();
    return result.headers.get("sl-violations");
  }
});
