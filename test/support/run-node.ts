import { execFile } from "node:child_process";

export interface RunResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node with these arguments to its end. Without `input`, nothing comes from its standard input, not even its end. */
export function runNode(
  args: string[],
  {
    input,
    node = process.execPath,
    ...options
  }: { cwd?: string; env?: Record<string, string>; input?: string; node?: string } = {},
): Promise<RunResult> {
  const env = { PATH: process.env["PATH"], ...options.env };
  return new Promise((resolve) => {
    const child = execFile(node, args, { ...options, env, maxBuffer: Infinity }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
    if (input !== undefined) child.stdin?.end(input);
  });
}
