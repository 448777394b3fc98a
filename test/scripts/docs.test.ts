import { afterAll, beforeAll, expect, test } from "vitest";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";

let repository: RepositoryCopy;
let other: RepositoryCopy;
beforeAll(async () => {
  [repository, other] = await Promise.all([copyRepository(), copyRepository()]);
});
afterAll(() => Promise.all([repository.remove(), other.remove()]));

test("docs writes one page, byte for byte the same wherever and whenever it runs", async () => {
  const runs = await Promise.all([repository.run("docs"), other.run("docs")]);
  const expected = { status: 0, stdout: expect.stringMatching(/^docs: wrote docs\/index\.html, [\d.]+ MB .+\n$/) };
  for (const run of runs) expect(run).toEqual({ ...expected, stderr: "" });
  const [page, again] = await Promise.all([repository.read("docs/index.html"), other.read("docs/index.html")]);
  expect(page === again).toBe(true); // Two pages of megabytes are no message.
});

test("the page names no file to load, and forbids the browser to load any", async () => {
  const page = await repository.read("docs/index.html");
  // Code in the page is text to a browser until it runs; then the policy holds.
  const markup = page.replace(/<(script|style)\b[^>]*>.*?<\/\1>/gs, (element) =>
    element.slice(0, element.indexOf(">")),
  );
  const loaded = [...markup.matchAll(/<(?!a\b)\w[^>]*?\s(?:src|href|srcset|data|action)="(?!data:|#)([^"]*)"/g)];
  expect(loaded.map(([, address]) => address)).toEqual([]);
  expect(page).not.toMatch(/@import\s+(?:url|["'])|url\(["']?https?:/);
  const [, policy = ""] = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page) ?? [];
  expect(policy.split("; ")).toEqual([
    "default-src 'none'",
    "script-src 'unsafe-inline'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    "font-src data:",
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.indexOf("<script"));
});

test("the page reports to nobody", async () => {
  expect(await repository.read("docs/index.html")).toMatch(/const __redoc_options = .*"disableTelemetry":true\};\n/);
});

test("a description that cannot be read stops it, and the page stays as it is", async () => {
  const before = await repository.read("docs/index.html");
  await repository.write("openapi/openapi.yaml", "openapi: [");
  const { status, stdout, stderr } = await repository.run("docs");
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: "",
    stderr: expect.stringMatching(/^docs: openapi\/openapi\.yaml cannot be read; `npm run lint` says why\n/),
  });
  expect((await repository.read("docs/index.html")) === before).toBe(true);
});
