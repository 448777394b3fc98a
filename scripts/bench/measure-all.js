import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "../common/paths.js";
import { bundleSize } from "./bundle-size.js";
import { CLIENTS } from "./clients.js";
import { measureColdCalls } from "./cold-call.js";
import { measureImports } from "./import-time.js";
import { measureInChild } from "./in-child.js";
import { installClients } from "./install.js";
import { countInstantiations } from "./types.js";

/**
 * @param {string} folder for what is installed
 * @param {AbortSignal} signal ends it
 * @returns {Promise<import("./results.js").Results>}
 */
export async function measureAll(folder, signal) {
  /** @type {<T>(what: string, take: () => Promise<T>) => Promise<T>} */
  const step = (what, take) => {
    signal.throwIfAborted();
    console.log(`bench: ${what} …`);
    return take();
  };
  const project = await step("installing and generating the clients", () => installClients(folder, signal));
  const cpu = await step("their own CPU time", () => measureInChild("cpu", project, signal));
  const loopback = await step("calls over the loopback interface", () => measureInChild("loopback", project, signal));
  const undici = await step("calls through undiciFetch", () => measureInChild("undici", project, signal));
  const coldCalls = await step("first calls", () => measureColdCalls(project, signal));
  const heap = await step("memory", () => measureInChild("heap", project, signal));
  const amplification = await step("requests while everything fails", () =>
    measureInChild("amplification", project, signal),
  );
  const imports = await step("imports", () => measureImports(project, signal));
  const instantiations = await step("types", () => countInstantiations(project, signal));
  const sizes = await step("bundles", () => measureSizes(project));

  const clients = CLIENTS.map(async ({ name, package: packageName, retries }) => ({
    name,
    version: packageName && (await versionOf(packageName, project)),
    retries,
    cpu: cpu[name],
    oneAtATime: loopback.oneAtATime[name],
    inFlight: loopback.inFlight[name],
    size: sizes[name],
    import: imports[name],
    instantiations: instantiations[name],
    heap: heap[name],
  }));
  return {
    machine: describeMachine(),
    clients: await Promise.all(clients),
    amplification,
    undici: { version: await versionOf("undici", project), ...undici, coldCalls },
  };
}

/** @param {string} project */
async function measureSizes(project) {
  const folder = join(project, "clients");
  const sizes = CLIENTS.map(async ({ name, file }) => {
    const code = await readFile(join(folder, `${file}.ts`), "utf8");
    return [name, await bundleSize(code, folder)];
  });
  /** @type {Record<string, import("./bundle-size.js").BundleSize>} */
  const byName = Object.fromEntries(await Promise.all(sizes));
  return byName;
}

/**
 * @param {string} name
 * @param {string} project
 * @returns {Promise<string>}
 */
async function versionOf(name, project) {
  // A generator is installed with the clients, or is the repository's own.
  const manifests = [project, root].map((folder) => join(folder, "node_modules", name, "package.json"));
  const manifest = manifests.find((file) => existsSync(file)) ?? "";
  return JSON.parse(await readFile(manifest, "utf8")).version;
}

function describeMachine() {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    processor: processors[0]?.model.replace(/\((R|TM)\)/g, "") ?? "unknown processor",
    cores: processors.length,
  };
}
