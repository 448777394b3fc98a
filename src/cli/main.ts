#!/usr/bin/env node
import { createRequire } from "node:module";
import { runProgram } from "./program.js";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
await runProgram(process.argv.slice(2), version, process);
