// Runs the Redocly CLI and captures its output, so that each script reports in its own words.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { root } from "./paths.js";

const require = createRequire(import.meta.url);
const manifest = require.resolve("@redocly/cli/package.json");
const bin = resolve(dirname(manifest), require(manifest).bin.redocly);

/**
 * @param {string[]} args
 * @returns {Promise<{ exitCode: number, stdout: string, stderr: string }>}
 */
export function redocly(args) {
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  return new Promise((done) => {
    execFile(process.execPath, [bin, ...args], { cwd: root, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      done({ exitCode: error ? Number(error.code) || 1 : 0, stdout, stderr: withoutNodeNotice(stderr) });
    });
  });
}

/** On Node 20, Redocly announces in a box that its next versions need a newer one. @param {string} text */
function withoutNodeNotice(text) {
  return text.replace(/^ *[╔║╚].*\n/gm, "").trim();
}
