import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { runProgram } from "../../src/cli/program.js";
import type { RunResult } from "./run-node.js";

/**
 * Runs the command in this process. Without `input`, nothing comes from standard input, not even its end.
 *
 * @param screen what standard error is, besides a stream
 */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string | Uint8Array,
  screen: { isTTY?: boolean } = {},
): Promise<RunResult> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const stderr = Object.assign(new PassThrough(), screen);
  if (input !== undefined) stdin.end(input);
  const output = Promise.all([text(stdout), text(stderr)]);
  const io = { env, stdin, stdout, stderr, exitCode: undefined, exit: () => {}, on: () => {}, off: () => {} };
  await runProgram(args, "0.0.0", io);
  stdout.end();
  stderr.end();
  const [out, error] = await output;
  return { status: io.exitCode ?? 0, stdout: out, stderr: error };
}
