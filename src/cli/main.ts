#!/usr/bin/env node
import { createRequire } from "node:module";
import { write } from "./process-io.js";
import { runProgram } from "./program.js";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
await runProgram(process.argv.slice(2), version, process);
// A connection that is still being set up, through a proxy that does not respond, would keep the process for a while.
await Promise.all([process.stdout, process.stderr].map((stream) => write(stream, "")));
process.exit();
