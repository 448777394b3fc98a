import { Command, CommanderError } from "commander";
import { errorMessage } from "./text.js";
import { EXIT_STATUS, UsageError } from "./exit-status.js";
import { contractCommand } from "./contract/command.js";
import { markReadCommand } from "./mark-read/command.js";
import type { ProcessIO } from "./process-io.js";

/** Runs the command line. Each command sets `io.exitCode` itself. Anything it throws is a usage error or a bug. */
export async function runProgram(args: readonly string[], version: string, io: ProcessIO): Promise<void> {
  // Without a listener, an error would end the process. `write` returns those that matter.
  for (const stream of [io.stdout, io.stderr]) stream.on("error", () => {});
  try {
    await createProgram(version, io).parseAsync(args, { from: "user" });
  } catch (error) {
    const isUsage = error instanceof UsageError || (error instanceof CommanderError && error.exitCode !== 0);
    const isHelp = error instanceof CommanderError && !isUsage;
    io.exitCode = isUsage ? EXIT_STATUS.usage : isHelp ? EXIT_STATUS.success : EXIT_STATUS.failed;
    if (!(error instanceof CommanderError)) io.stderr.write(`instacart-chat: ${errorMessage(error)}\n`);
  }
}

function createProgram(version: string, io: ProcessIO): Command {
  const program = new Command("instacart-chat")
    .description("Unofficial tools for the post-checkout chat of Instacart Connect.")
    .version(version, "--version", "print the version")
    .option("--no-color", "do not use colors")
    .on("option:no-color", () => (io.env["NO_COLOR"] = "1"))
    .helpOption("-h, --help", "display help")
    .helpCommand("help [command]", "display help for a command")
    .addHelpText("after", "\nExamples:\n  instacart-chat mark-read order-123\n  instacart-chat help mark-read");
  for (const command of [markReadCommand(io), contractCommand(io)]) program.addCommand(command);
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // From `error: unknown option '--concurency'`, a line break and `(Did you mean --concurrency?)`.
      outputError: (text, write) => write(`instacart-chat: ${errorMessage(text.replace(/^error: /, ""))}\n`),
    });
  return program;
}
