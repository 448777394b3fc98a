import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.js";

/** Enough for 80 orders a second when an answer takes 100 ms, and little for an API whose rate limits are not documented. */
export const DEFAULT_CONCURRENCY = 8;

/** Each order id under way has a connection. */
export const MAX_CONCURRENCY = 128;

/** What the command line asks for. */
export type Arguments = { readonly action: "help" } | { readonly action: "version" } | MarkRead;

interface MarkRead {
  readonly action: "mark-read";
  /** The order ids, or where they are to be read from. */
  readonly orderIds: readonly [string, ...string[]] | "standard input";
  readonly concurrency: number;
  readonly baseUrl: string | undefined;
  readonly retailerId: string | undefined;
  readonly locale: string | undefined;
  readonly treatIdsAsInternal: boolean | undefined;
}

/** @throws UsageError */
export function readArguments(args: string[]): Arguments {
  const { values, positionals } = parse(args);
  if (values.help) return { action: "help" };
  if (values.version) return { action: "version" };

  const [command, ...orderIds] = positionals;
  if (command !== "mark-read")
    throw new UsageError(
      `${command === undefined ? "a command is missing" : `${command} is not a command`}; the command is mark-read, see --help`,
    );
  return {
    action: command,
    orderIds: readOrderIds(orderIds),
    concurrency: readConcurrency(values.concurrency),
    baseUrl: values["base-url"],
    retailerId: values["retailer-id"],
    locale: values.locale,
    treatIdsAsInternal: values["treat-ids-as-internal"],
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        "base-url": { type: "string" },
        "treat-ids-as-internal": { type: "boolean" },
        "retailer-id": { type: "string" },
        locale: { type: "string" },
        concurrency: { type: "string" },
        help: { type: "boolean" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

// Standard input is read only where it is asked for. Where it is merely no terminal, as in cron, CI and child processes,
// nobody may ever write to it or close it, and the command would wait without a word.
function readOrderIds([first, ...rest]: string[]): MarkRead["orderIds"] {
  if (first === undefined)
    throw new UsageError(
      "the order id is missing: instacart-chat mark-read <order-id>, or - to read order ids from standard input",
    );
  if (first === "-" && rest.length === 0) return "standard input";
  if (first === "-" || rest.includes("-"))
    throw new UsageError("- reads the order ids from standard input, so there can be no other order id beside it");
  return [first, ...rest];
}

function readConcurrency(text = String(DEFAULT_CONCURRENCY)): number {
  const concurrency = /^\d+$/.test(text) ? Number(text) : 0;
  if (concurrency < 1 || concurrency > MAX_CONCURRENCY)
    throw new UsageError(
      `--concurrency must be an integer from 1 to ${MAX_CONCURRENCY}, but is ${JSON.stringify(text)}`,
    );
  return concurrency;
}
