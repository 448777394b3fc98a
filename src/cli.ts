#!/usr/bin/env node
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { createChatClient, isChatClientError } from "./index.js";

const USAGE = `Usage: instacart-chat mark-read <order-id> [options]

Marks the messages that the shopper sent about an order as read, and prints the answer as JSON.

Options:
  --base-url <url>            the server; default: INSTACART_BASE_URL, or else https://connect.instacart.com
  --treat-ids-as-internal     the order id is Instacart's own, not the retailer's
  --retailer-id <id>          the banner, for retailers with several
  --locale <locale>           the language of the answer: en-US, en-CA or fr-CA
  --help                      print this
  --version                   print the version

Environment:
  INSTACART_ACCESS_TOKEN      the access token, without "Bearer" (required)
  INSTACART_BASE_URL          the server

Exit status: 0 when the messages are marked, 1 when the call failed, 2 when the command is used wrongly.`;

/** A mistake in the command line or the environment. */
class UsageError extends Error {}

try {
  console.log(await run(process.argv.slice(2)));
} catch (error) {
  console.error(`instacart-chat: ${oneLine(error)}`);
  process.exitCode = isChatClientError(error) ? 1 : 2;
}

/** @returns what to print on standard output */
async function run(args: string[]): Promise<string> {
  const { values, positionals } = readArguments(args);
  if (values.help) return USAGE;
  if (values.version) return version();

  const [command, orderId, ...rest] = positionals;
  if (command !== "mark-read")
    throw new UsageError(
      `${command === undefined ? "a command is missing" : `${command} is not a command`}; the command is mark-read, see --help`,
    );
  if (orderId === undefined) throw new UsageError("the order id is missing: instacart-chat mark-read <order-id>");
  if (rest.length > 0) throw new UsageError(`one order id is expected, but there is also ${rest.join(" ")}`);

  const accessToken = process.env["INSTACART_ACCESS_TOKEN"];
  if (!accessToken)
    throw new UsageError("the environment variable INSTACART_ACCESS_TOKEN is missing; set it to the access token");

  const chat = createChatClient({
    accessToken,
    baseUrl: values["base-url"] ?? (process.env["INSTACART_BASE_URL"] || undefined),
  });
  const { data } = await chat.markMessagesAsRead(orderId, {
    treatIdsAsInternal: values["treat-ids-as-internal"],
    retailerId: values["retailer-id"],
    locale: values.locale as "en-US" | undefined, // The client checks it.
  });
  return JSON.stringify(data);
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        "base-url": { type: "string" },
        "treat-ids-as-internal": { type: "boolean" },
        "retailer-id": { type: "string" },
        locale: { type: "string" },
        help: { type: "boolean" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function version(): string {
  return String(createRequire(import.meta.url)("../package.json").version);
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
}
