// Runs the Redocly CLI and holds back what it prints, so that each script says what it found in its own words.
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

/** Redocly announces in a box that its later versions need a later Node; the version in use here does not. @param {string} text */
function withoutNodeNotice(text) {
  return text.replace(/^ *[╔║╚].*\n/gm, "").trim();
}
