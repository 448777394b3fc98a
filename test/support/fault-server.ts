// A server that misbehaves in every way that a bad network or a bad server does. It writes HTTP by hand, since an HTTP
// server would not let it.
import { createServer, type AddressInfo, type Socket } from "node:net";

/** What the server does with one request. It may respond later, or never. */
export type Behaviour = (socket: Socket) => void;

export interface FaultServer {
  readonly url: string;
  /** The request lines and headers that arrived, oldest first. */
  readonly requests: string[];
  /** How many connections were made. */
  readonly connections: number;
  /** Resolves when as many requests have arrived. */
  arrived(requests: number): Promise<void>;
  /** Resolves when the first connection is closed; Node may have opened another in its place. */
  firstClosed(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server on a free port that does with each request what comes next; the last behaviour is repeated. */
export async function startFaultServer(...behaviours: [Behaviour, ...Behaviour[]]): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const notify = () => waiting.forEach((check) => check());
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!condition()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });

  let connections = 0;
  const requests: string[] = [];
  let hasFirstClosed = false;
  const server = createServer((socket) => {
    const isFirst = (connections += 1) === 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      hasFirstClosed ||= isFirst;
      notify();
    });
    let received = "";
    socket.on("data", (data) => {
      received += data.toString("latin1");
      for (let end = received.indexOf("\r\n\r\n"); end >= 0; end = received.indexOf("\r\n\r\n")) {
        requests.push(received.slice(0, end));
        received = received.slice(end + 4);
        behaviours[Math.min(requests.length, behaviours.length) - 1]?.(socket);
        notify();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
    arrived: (count) => until(() => requests.length >= count),
    firstClosed: () => until(() => hasFirstClosed),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

// Nobody listens there, and no program is given it by chance, as it may be a port that has just been closed.
export const REFUSING_URL = "http://127.0.0.1:2";

/** The address of a server that resets every connection. It stays until the process ends. */
export async function resettingUrl(): Promise<string> {
  const server = createServer((socket) => socket.on("error", () => {}).resetAndDestroy()).unref();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const SUCCESS = '{"messages_read_count":15}';

/** A whole response, with any headers; the connection stays open. */
export function respond(status: number, body = "", headers: Record<string, string> = {}): Behaviour {
  return (socket) =>
    socket.write(head(status, { "Content-Length": String(Buffer.byteLength(body)), ...headers }) + body);
}

export const succeed = respond(200, SUCCESS);

/** A part of a response, after which `then` happens. */
export function part(text: string, then: Behaviour): Behaviour {
  return (socket) => socket.write(text, () => then(socket));
}

export const stall: Behaviour = () => {};
export const reset: Behaviour = (socket) => socket.resetAndDestroy();
export const close: Behaviour = (socket) => socket.end();

/** A body, one byte at a time. */
export function trickle(status: number, body: string): Behaviour {
  return (socket) => {
    socket.write(head(status, { "Content-Length": String(body.length) }));
    const next = (index: number) => {
      if (index < body.length && !socket.destroyed)
        socket.write(body.charAt(index), () => setImmediate(next, index + 1));
    };
    next(0);
  };
}

export function head(status: number, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ "Content-Type": "application/json", ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `${[`HTTP/1.1 ${status} Whatever`, ...lines].join("\r\n")}\r\n\r\n`;
}
