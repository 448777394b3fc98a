import type { Readable, Writable } from "node:stream";

/** The part of `process` that a run needs. `process` itself fits. */
export interface ProcessIO {
  readonly env: Record<string, string | undefined>;
  readonly stdin: Readable & { readonly isTTY?: boolean; readonly fd?: number };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly fd?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** The exit status once nothing keeps the process alive. */
  exitCode?: number | string | null | undefined;
  /** Ends the process at once. */
  exit(status: number): void;
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/** Reads an environment variable; an empty one counts as unset. */
export function readVariable({ env }: Pick<ProcessIO, "env">, name: string): string | undefined {
  return env[name] || undefined;
}

/** Writes, and waits until the stream has passed the text on, so that a slow reader causes no pile-up. Returns an error. */
export function write(stream: Writable, text: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => stream.write(text, (error) => resolve(error ?? undefined)));
}
