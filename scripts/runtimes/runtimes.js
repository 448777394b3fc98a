// The supported runtimes: how to install each one, and how to run the suite in it.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { findChromium, launchChromium } from "../docs/chromium.js";
import { startWorkerd } from "../../test/support/workerd.js";
import { installBinary, installNode, NODE_LINES } from "./install.js";
import { root } from "../common/paths.js";

/** @typedef {import("../../test/runtimes/cases.js").Surroundings} Surroundings */
/** @typedef {import("../../test/runtimes/cases.js").Result} Result */
/**
 * @typedef {object} Runtime
 * @property {string} name
 * @property {(folder: string, signal: AbortSignal) => Promise<string>} install returns the path of the binary
 * @property {(run: Run) => Promise<Result[]>} runSuite
 */
/**
 * @typedef {object} Run
 * @property {string} program
 * @property {string} project a folder where the package and the suite are installed
 * @property {Surroundings} surroundings
 * @property {AbortSignal} signal ends it
 */

const BUN_VERSION = "1.4.5";
const DENO_VERSION = "2.9.6";
const WORKERD_VERSION = "1.20261117.1";
const USE_UNDICI = ["--import", "./runtimes/use-undici.js"];
const MAX_OUTPUT_BYTES = 10 * 1024 * 1024;

const { platform, arch } = process;

/** @returns {Promise<Runtime[]>} */
export async function runtimes() {
  // The oldest supported version of each line, and the newest.
  const nodes = [...(await oldestNodes()), ...NODE_LINES].map(node);
  return [
    ...nodes,
    // With undiciFetch in place of the global `fetch`.
    ...nodes.map(({ install }) => ({ name: "Node, undiciFetch", install, runSuite: inProcess(...USE_UNDICI) })),
    {
      name: "Bun",
      install: binary(`@oven/bun-${platform}-${arch === "arm64" ? "aarch64" : arch}`, BUN_VERSION, "bin/bun"),
      runSuite: inProcess(),
    },
    {
      name: "Deno",
      install: binary(`@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`, DENO_VERSION, "deno"),
      runSuite: inProcess("run", "--no-prompt", "--allow-net=127.0.0.1"),
    },
    {
      name: "workerd",
      install: binary(`@cloudflare/workerd-${platform}-${arch === "x64" ? 64 : arch}`, WORKERD_VERSION, "bin/workerd"),
      runSuite: inWorker,
    },
    { name: "Chromium", install: findChromium, runSuite: inPage },
  ];
}

/** @param {string} program */
export async function versionOf(program) {
  const { stdout } = await promisify(execFile)(program, ["--version"]);
  return /\d[\d.-]*\d/.exec(stdout)?.[0] ?? stdout.trim();
}

async function oldestNodes() {
  const { engines } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return /** @type {string} */ (engines.node).match(/\d+\.\d+\.\d+/g) ?? [];
}

/** @param {string} version @returns {Runtime} */
function node(version) {
  return { name: "Node", install: (folder, signal) => installNode(folder, version, signal), runSuite: inProcess() };
}

/** @param {string} name @param {string} version @param {string} path @returns {Runtime["install"]} */
function binary(name, version, path) {
  return (folder, signal) => installBinary(folder, name, version, path, signal);
}

/** @param {string[]} args @returns {Runtime["runSuite"]} */
function inProcess(...args) {
  return async ({ program, project, surroundings, signal }) => {
    const options = { cwd: project, env: environment(project), signal, maxBuffer: MAX_OUTPUT_BYTES };
    const suite = [...args, "runtimes/in-process.js", JSON.stringify(surroundings)];
    const { stdout } = await promisify(execFile)(program, suite, { ...options, killSignal: "SIGKILL" });
    return JSON.parse(stdout);
  };
}

/** @type {Runtime["runSuite"]} */
async function inWorker({ program, project, surroundings, signal }) {
  await writeFile(join(project, "worker.js"), await bundle(project, "runtimes/in-worker.js", "esm"));
  const options = { compatibilityDate: "2025-01-01", env: environment(project), signal };
  const { url, stop } = await startWorkerd(program, project, options);
  try {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(surroundings), signal });
    return await response.json();
  } finally {
    await stop();
  }
}

/** @type {Runtime["runSuite"]} */
async function inPage({ program, project, surroundings, signal }) {
  const code = await bundle(project, "runtimes/in-page.js", "iife");
  const options = { env: environment(project), handleSIGINT: false, handleSIGTERM: false };
  const browser = await launchChromium(program, options);
  const close = () => void browser.close().catch(() => {});
  signal.addEventListener("abort", close);
  try {
    signal.throwIfAborted();
    const page = await browser.newPage();
    // The page has another origin than the API, as in real life.
    await page.goto(`${surroundings.serverUrl.replace("127.0.0.1", "localhost")}/page/of-the-suite`);
    await page.addScriptTag({ content: code });
    return await page.evaluate((given) => Reflect.get(globalThis, "runSuite")(given), surroundings);
  } finally {
    signal.removeEventListener("abort", close);
    await browser.close();
  }
}

/**
 * @param {string} project
 * @param {string} entry
 * @param {"esm" | "iife"} format
 */
async function bundle(project, entry, format) {
  const build = await rolldown({ input: entry, cwd: project, platform: "browser", checks: { pluginTimings: false } });
  const { output } = await build.generate({ format });
  await build.close();
  return output[0].code;
}

/** The home folder is the project's, so that nothing is left behind. @param {string} project */
function environment(project) {
  return { PATH: process.env["PATH"] ?? "", HOME: project, DENO_NO_UPDATE_CHECK: "1" };
}
