// Builds an app with the version of Next.js that its project has, and runs it.
import { execFile, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { promisify } from "node:util";

export const SECRETS = { INSTACART_CLIENT_ID: "client-123", INSTACART_CLIENT_SECRET: "not-a-real-secret" };

/** @returns the app's URL, what the build has printed, and what the app has logged so far */
export async function startNext(project, apiUrl, secretsOfBuild = {}) {
  const next = createRequire(resolve(project, "package.json")).resolve("next/dist/bin/next");
  const env = {
    PATH: process.env.PATH,
    TMPDIR: process.env.TMPDIR,
    HOME: process.env.TMPDIR,
    NEXT_TELEMETRY_DISABLED: "1",
    NEXT_IGNORE_INCORRECT_LOCKFILE: "1",
    INSTACART_BASE_URL: apiUrl,
  };
  const where = { cwd: project, env: { ...env, ...secretsOfBuild } };
  const { stdout: built } = await promisify(execFile)(process.execPath, [next, "build"], where);

  const args = [next, "start", "--port", "0", "--hostname", "127.0.0.1"];
  const options = { cwd: project, env: { ...env, ...SECRETS }, stdio: ["ignore", "pipe", "inherit"] };
  const server = spawn(process.execPath, args, options);
  after(() => server.kill("SIGKILL"));
  let log = "";
  server.stdout.on("data", (text) => (log += text));
  for await (const line of createInterface({ input: server.stdout })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (!url) continue;
    server.stdout.resume(); // The lines that were read have paused it.
    return { url, built, log: () => log };
  }
  throw new Error("Next did not start");
}
