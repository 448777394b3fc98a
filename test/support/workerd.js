// Runs a Worker in workerd. By default a Worker cannot reach this machine.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * @param {string} program the binary
 * @param {string} folder with `worker.js`, an ES module
 * @param {{ compatibilityDate: string, env?: Record<string, string | undefined>, signal?: AbortSignal }} options no compatibility flags: the package needs nothing of Node
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startWorkerd(program, folder, { compatibilityDate, ...options }) {
  const configuration = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "${compatibilityDate}",
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`;
  await writeFile(join(folder, "worker.capnp"), configuration);
  const workerd = spawn(program, ["serve", "--control-fd=3", "worker.capnp"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    killSignal: "SIGKILL",
    ...options,
  });
  let complaints = "";
  workerd.stderr?.on("data", (chunk) => (complaints += chunk));
  const ended = new Promise((resolve) => workerd.once("close", resolve).once("error", resolve));
  const control = /** @type {import("node:stream").Readable} */ (workerd.stdio[3]);
  for await (const line of createInterface({ input: control })) {
    const { event, port } = JSON.parse(line);
    if (event !== "listen") continue;
    const stop = async () => {
      workerd.kill("SIGKILL");
      await ended;
    };
    return { url: `http://127.0.0.1:${port}`, stop };
  }
  throw new Error(`workerd ended: ${complaints.trim() || (await ended)}`);
}
