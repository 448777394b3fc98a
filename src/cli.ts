#!/usr/bin/env node
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { createChatClient, isChatClientError, type AccessToken } from "./index.js";
import { createTokenProvider } from "./oauth.js";

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
  INSTACART_ACCESS_TOKEN      the access token, without "Bearer"; or, in its place:
  INSTACART_CLIENT_ID         the client credentials to get an access token with, and
  INSTACART_CLIENT_SECRET
  INSTACART_USER_ID           the user whose order it is; without it, the token reaches orders that were created with
                              Fulfillment v3
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

  const baseUrl = values["base-url"] ?? environment("INSTACART_BASE_URL");
  const chat = createChatClient({ accessToken: readAccessToken(baseUrl), baseUrl });
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

/** The access token of the environment, or else the way to get one. */
function readAccessToken(baseUrl: string | undefined): AccessToken {
  const accessToken = environment("INSTACART_ACCESS_TOKEN");
  if (accessToken !== undefined) return accessToken;

  const clientId = environment("INSTACART_CLIENT_ID");
  const clientSecret = environment("INSTACART_CLIENT_SECRET");
  if (clientId === undefined || clientSecret === undefined)
    throw new UsageError(
      clientId === clientSecret
        ? "the environment variable INSTACART_ACCESS_TOKEN is missing; set it to the access token, or set INSTACART_CLIENT_ID, INSTACART_CLIENT_SECRET and INSTACART_USER_ID"
        : `the environment variable INSTACART_CLIENT_${clientId === undefined ? "ID" : "SECRET"} is missing; the other one is set`,
    );
  const tokens = createTokenProvider({ clientId, clientSecret, baseUrl });
  const userId = environment("INSTACART_USER_ID");
  return userId === undefined ? tokens.forClient() : tokens.forUser(userId);
}

function environment(name: string): string | undefined {
  return process.env[name] || undefined;
}

function version(): string {
  return String(createRequire(import.meta.url)("../package.json").version);
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
}
