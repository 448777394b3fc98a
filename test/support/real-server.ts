import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const PACKAGES = { nginx: "nginx-light", haproxy: "haproxy", tinyproxy: "tinyproxy", "redis-server": "redis-server" };

/** A program of the operating system that listens on a port of this machine. */
export interface RealServer {
  readonly port: number;
  /** Reads its configuration again. */
  reload(): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** @param args what starts it in the foreground, on the given port */
export async function startRealServer(
  program: keyof typeof PACKAGES,
  args: (port: number) => string[],
): Promise<RealServer> {
  if (spawnSync(program, ["-v"]).error)
    throw new Error(`${program} is not installed; install the Debian package ${PACKAGES[program]}`);
  const port = await freePort();
  let child: ChildProcess;
  let stderr = "";
  const server: RealServer = {
    port,
    reload: () => void child.kill("SIGHUP"),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
    },
    async start() {
      child = spawn(program, args(port), { stdio: ["ignore", "pipe", "pipe"] });
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (stderr += String(data)));
      while (!(await isListening(port))) {
        if (child.exitCode !== null) throw new Error(`${program} ended with status ${child.exitCode}: ${stderr}`);
        await delay(20);
      }
    },
  };
  await server.start();
  return server;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const isConnected = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isConnected;
}
