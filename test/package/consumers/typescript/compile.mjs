// Compiles with one configuration and one version of TypeScript, and runs what comes out: node compile.mjs nodenext 5.4
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const [configuration, version, ...flags] = process.argv.slice(2);
const out = `out/${configuration}`;
rmSync(out, { recursive: true, force: true }); // What another version has left.

run(`../node_modules/typescript-${version}/bin/tsc`, "--project", `${configuration}.json`, ...flags);
for (const program of readdirSync(out).filter((name) => name.startsWith("call."))) run(join(out, program));

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
