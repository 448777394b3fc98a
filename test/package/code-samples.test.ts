import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import typescript from "typescript";
import { afterAll, describe, expect, inject, test } from "vitest";
import { startApiServer } from "../support/api-server.js";
import { documentedSuccess, isSecured, operations, requestExamples, spec } from "../support/spec.js";

const SERVER = spec.servers[0]?.url ?? "";
const HOST = new URL(SERVER).host;
const COLD_GO_MS = 120_000; // Go compiles its library first.

// Replace the placeholders of the samples.
const ORDER_ID = "order-123";
const TOKEN = "a-token-of-the-reader";

// The documentation's own samples of this operation have them.
const FURTHER_HEADERS: Record<string, Record<string, string>> = {
  markMessagesAsRead: { "content-type": "application/json", "x-treat-ids-as-internal": "true" },
};

const SAMPLES = operations().flatMap((operation) =>
  operation["x-codeSamples"].map(({ lang, label = lang, source }) => ({
    ...operation,
    headers: {
      accept: "application/json",
      ...(isSecured(operation) && { authorization: `Bearer ${TOKEN}` }),
      ...(operation.requestBody && { "content-type": "application/json" }),
      ...FURTHER_HEADERS[operation.operationId],
    },
    language: label,
    source: source.replaceAll("{order_id}", ORDER_ID).replaceAll("<token>", TOKEN),
  })),
);

/** How to run a sample against a local server. */
interface Runner {
  readonly program: string;
  /** Writes the files that the program needs, and returns the command line. */
  prepare(source: string, server: string, folder: string): Promise<string[]>;
}

// If a sample contains the address of the server, that is replaced; if not, the function that it sends with.
const RUNNERS: Record<string, Runner> = {
  curl: {
    program: "curl",
    async prepare(source, server, folder) {
      await writeFile(join(folder, "sample.sh"), elsewhere(source, server));
      return ["sh", "-eu", "sample.sh"];
    },
  },
  TypeScript: {
    program: "node",
    async prepare(source, server, folder) {
      const { ESNext } = typescript.ModuleKind;
      const { outputText } = typescript.transpileModule(source, { compilerOptions: { module: ESNext } });
      const redirect = `const send = fetch; globalThis.fetch = (url, init) => send(String(url).replace("${SERVER}", "${server}"), init);`;
      await writeFile(join(folder, "sample.mjs"), `${redirect}\n${outputText}`);
      return [process.execPath, "sample.mjs"];
    },
  },
  Python: {
    program: "python3",
    async prepare(source, server, folder) {
      // Any other host is a KeyError.
      const redirect = `import http.client; http.client.HTTPSConnection = lambda host: http.client.HTTPConnection({"${HOST}": "${new URL(server).host}"}[host])`;
      await writeFile(join(folder, "sample.py"), `${redirect}\n${source}`);
      return ["python3", "sample.py"];
    },
  },
  Java: {
    program: "java",
    async prepare(source, server, folder) {
      await writeFile(join(folder, "Sample.java"), elsewhere(source, server));
      return ["java", "Sample.java"];
    },
  },
  Go: {
    program: "go",
    async prepare(source, server, folder) {
      await writeFile(join(folder, "main.go"), elsewhere(source, server));
      return ["go", "run", "main.go"];
    },
  },
};

// Beside the installed package, which the TypeScript samples import.
const folder = await mkdtemp(join(inject("consumerFolder"), "code-samples-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

test("each operation has samples in five languages", () => {
  const languagesOf = (id: string) =>
    SAMPLES.filter(({ operationId }) => operationId === id).map(({ language }) => language);
  for (const { operationId } of operations())
    expect(languagesOf(operationId)).toEqual(["curl", "TypeScript", "Java", "Python", "Go"]);
});

describe.each(SAMPLES)(
  "the $language sample of $operationId",
  ({ operationId, method, path, headers, language, source }) => {
    const resolvedPath = path.replace("{order_id}", ORDER_ID);
    const runner = RUNNERS[language];
    if (!runner) throw new Error(`RUNNERS does not say how to run ${language}`);

    // A sample that uses the package does not name the request.
    if (language !== "TypeScript") {
      test("names the method, the path, the server and each header", () => {
        expect(source).toMatch(new RegExp(`\\b${method}\\b`));
        expect(source).toContain(resolvedPath);
        expect(source).toContain(HOST);
        for (const [name, value] of Object.entries(headers)) {
          expect(source.toLowerCase()).toContain(name);
          expect(source).toContain(value);
        }
      });
    }

    const canRun = isThere(runner.program);
    if (!canRun)
      console.log(`The ${language} sample of ${operationId} was skipped: there is no ${runner.program} here`);
    test.skipIf(!canRun)("sends the documented request", { timeout: COLD_GO_MS }, async () => {
      const success = documentedSuccess(operationId);
      const server = await startApiServer({ [operationId]: [success] });
      const own = join(folder, `${operationId}-${language}`);
      await mkdir(own);
      const output = await outputOf(await runner.prepare(source, server.url, own), own).finally(server.close);
      const [request, ...others] = server.requests;
      expect(others).toEqual([]);
      expect(request).toMatchObject({ method, headers });
      expect(request?.path.split("?")[0]).toBe(resolvedPath);
      const [example] = requestExamples().filter((candidate) => candidate.operationId === operationId);
      expect(request?.body && JSON.parse(request.body)).toEqual(example?.body ?? "");
      let first: unknown = success.body;
      while (typeof first === "object" && first !== null) [first] = Object.values(first);
      expect(output).toContain(String(first));
    });
  },
);

function elsewhere(source: string, server: string): string {
  expect(source).toContain(SERVER);
  return source.replaceAll(SERVER, server);
}

/** Runs a program to its end, with a home of its own for what it keeps. */
function outputOf([program = "", ...args]: string[], cwd: string): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: cwd, GO111MODULE: "off" };
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}

function isThere(program: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, program)));
}
