// The supported runtimes: how to install each one, and how to run the suite in it.
import { execFile, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { findChromium, launchChromium } from "../docs/chromium.js";
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
const MAX_OUTPUT_BYTES = 10 * 1024 * 1024;

const { platform, arch } = process;

/** @returns {Promise<Runtime[]>} */
export async function runtimes() {
  // The oldest supported version of each line, and the newest.
  const nodes = [...(await oldestNodes()), ...NODE_LINES].map(node);
  return [
    ...nodes,
    // With undiciFetch in place of the global `fetch`.
    ...nodes.map((runtime) => ({
      ...runtime,
      name: "Node, undiciFetch",
      runSuite: inProcess("--import", "./runtimes/use-undici.js"),
    })),
    {
      name: "Bun",
      install: (folder, signal) => {
        const name = `@oven/bun-${platform}-${arch === "arm64" ? "aarch64" : arch}`;
        return installBinary(folder, name, BUN_VERSION, "bin/bun", signal);
      },
      runSuite: inProcess(),
    },
    {
      name: "Deno",
      install: (folder, signal) => {
        const name = `@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`;
        return installBinary(folder, name, DENO_VERSION, "deno", signal);
      },
      runSuite: inProcess("run", "--no-prompt", "--allow-net=127.0.0.1"),
    },
    {
      name: "workerd",
      install: (folder, signal) => {
        const name = `@cloudflare/workerd-${platform}-${arch === "x64" ? "64" : arch}`;
        return installBinary(folder, name, WORKERD_VERSION, "bin/workerd", signal);
      },
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

/** @param {string[]} args @returns {Runtime["runSuite"]} */
function inProcess(...args) {
  return async ({ program, project, surroundings, signal }) => {
    const options = { cwd: project, env: environment(project), signal, maxBuffer: MAX_OUTPUT_BYTES };
    const suite = [...args, "runtimes/in-process.js", JSON.stringify(surroundings)];
    const { stdout } = await promisify(execFile)(program, suite, { ...options, killSignal: "SIGKILL" });
    return JSON.parse(stdout);
  };
}

// No compatibility flags: the package needs nothing of Node. By default a Worker cannot reach this machine.
const WORKERD_CONFIGURATION = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "suite", worker = (
      modules = [(name = "suite", esModule = embed "worker.js")],
      compatibilityDate = "2025-01-01",
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suite")],
);
`;

/** @type {Runtime["runSuite"]} */
async function inWorker({ program, project, surroundings, signal }) {
  await writeFile(join(project, "worker.js"), await bundle(project, "runtimes/in-worker.js", "esm"));
  await writeFile(join(project, "workerd.capnp"), WORKERD_CONFIGURATION);
  const workerd = spawn(program, ["serve", "--control-fd=3", "workerd.capnp"], {
    cwd: project,
    env: environment(project),
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    signal,
    killSignal: "SIGKILL",
  });
  let complaints = "";
  workerd.stderr?.on("data", (chunk) => (complaints += chunk));
  const ended = new Promise((resolve) => workerd.once("close", resolve));
  const failed = new Promise((_, reject) => {
    workerd.once("error", reject);
    workerd.once("exit", () => reject(new Error(`it ended: ${complaints.trim()}`)));
  });
  try {
    return await Promise.race([/** @type {Promise<never>} */ (failed), ask()]);
  } finally {
    workerd.kill("SIGKILL");
    await ended;
  }

  async function ask() {
    const [, , , control] = workerd.stdio;
    for await (const line of createInterface({ input: /** @type {import("node:stream").Readable} */ (control) })) {
      const { event, port } = JSON.parse(line);
      if (event !== "listen") continue;
      const body = JSON.stringify(surroundings);
      const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body, signal });
      return response.json();
    }
    return failed; // The control channel closed.
  }
}

/** @type {Runtime["runSuite"]} */
async function inPage({ program, project, surroundings, signal }) {
  const code = await bundle(project, "runtimes/in-page.js", "iife");
  const browser = await launchChromium(program, {
    env: environment(project),
    handleSIGINT: false,
    handleSIGTERM: false,
  });
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
