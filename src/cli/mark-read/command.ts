import { Command, InvalidArgumentError, Option } from "commander";
import { createChatClient, type Fetch, type Locale } from "../../index.js";
import { asAccessToken, readCredentials } from "../credentials.js";
import { parseDuration } from "../duration.js";
import { readVariable, type ProcessIO } from "../process-io.js";
import { proxyFetch } from "../proxy-fetch.js";
import { UsageError } from "../usage-error.js";
import { dryRun } from "./dry-run.js";
import { markBatch } from "./mark-batch.js";
import type { Order } from "./order-line.js";

// Enough for 80 orders a second if a response takes 100 ms, and modest for an API that documents no rate limit.
const DEFAULT_CONCURRENCY = 8;
const MAX_CONCURRENCY = 128; // Each order id in flight uses a connection.
const MAX_RATE = 1000;

interface Options {
  readonly baseUrl?: string;
  readonly allowInsecureHttp?: true;
  readonly treatIdsAsInternal?: true;
  readonly retailerId?: string;
  readonly locale?: Locale;
  readonly concurrency: number;
  readonly rate: number;
  readonly timeout: number;
  readonly maxOutage: number;
  readonly maxFailures: number;
  readonly dryRun?: true;
}

/** `instacart-chat mark-read` */
export function markReadCommand(io: ProcessIO): Command {
  return new Command("mark-read")
    .summary("mark the shopper's messages about orders as read")
    .description(
      "Marks the shopper's messages about orders as read. Prints one line of JSON for each order, in input order.",
    )
    .usage("[options] <order-id>...\n       instacart-chat mark-read [options] - < file")
    .argument("<order-id...>", "the order ids; - reads them from standard input")
    .addOption(new Option("--base-url <url>", "the server; overrides INSTACART_BASE_URL"))
    .addOption(new Option("--allow-insecure-http", "allow http to any host, such as a mock in a container; unsafe"))
    .addOption(new Option("--treat-ids-as-internal", "the order ids are Instacart's own, not the retailer's"))
    .addOption(new Option("--retailer-id <id>", "your banner, if you have several"))
    .addOption(new Option("--locale <locale>", "the language of the responses").choices(["en-US", "en-CA", "fr-CA"]))
    .addOption(
      new Option("--concurrency <n>", `maximum requests in flight, 1 to ${MAX_CONCURRENCY}`)
        .argParser(integer(1, MAX_CONCURRENCY))
        .default(DEFAULT_CONCURRENCY),
    )
    .addOption(
      new Option("--rate <n>", `maximum requests per second, evenly spaced, 1 to ${MAX_RATE}`)
        .argParser(integer(1, MAX_RATE))
        .default(Infinity, "no limit"),
    )
    .addOption(
      new Option("--timeout <duration>", "the time limit for one request")
        .argParser(positiveDuration)
        .default(10_000, "10s"),
    )
    .addOption(
      new Option("--max-outage <duration>", "how long an outage may last before the run stops")
        .argParser(parseDuration)
        .default(300_000, "5m"),
    )
    .addOption(
      new Option("--max-failures <n>", "stop after this many failures")
        .argParser(integer(1, Number.MAX_SAFE_INTEGER))
        .default(Infinity, "no limit"),
    )
    .addOption(new Option("--dry-run", "read, check and count the orders without sending anything"))
    .addHelpText("after", DETAILS)
    .action(async (orderIds: string[], options: Options) => {
      io.exitCode = await markRead(readSource(orderIds), options, io);
    });
}

async function markRead(
  orderIds: readonly string[] | "standard input",
  options: Options,
  io: ProcessIO,
): Promise<number> {
  const { concurrency, rate, maxOutage, maxFailures, treatIdsAsInternal } = options;
  const { chat, credentials } = connect(options, await proxyFetch(io), io);
  const tokenOf = ({ userId }: Order) => (userId === undefined ? credentials.own : credentials.forUser(userId));
  if (options.dryRun) return dryRun(orderIds, tokenOf, io);
  const mark = (orderId: string, accessToken: string) =>
    chat.markMessagesAsRead(orderId, { accessToken, treatIdsAsInternal });
  return markBatch(orderIds, { mark, tokenOf, concurrency, rate, maxOutageMs: maxOutage, maxFailures }, io);
}

/** @throws UsageError in the words of the command */
function connect(options: Options, fetch: Fetch, io: ProcessIO) {
  const { allowInsecureHttp, retailerId, locale, timeout: timeoutMs } = options;
  const shared = {
    baseUrl: options.baseUrl ?? readVariable(io, "INSTACART_BASE_URL"),
    allowInsecureHttp,
    timeoutMs,
    maxRetries: 0, // Retries wait at the gate, like everything else.
    fetch,
  };
  try {
    const credentials = readCredentials(io, shared);
    const chat = createChatClient({ ...shared, retailerId, locale, accessToken: asAccessToken(credentials.own) });
    return { chat, credentials };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const baseUrl = options.baseUrl === undefined ? "INSTACART_BASE_URL" : "--base-url";
    throw new UsageError(error.message.replace(/^baseUrl/, baseUrl).replace(/^userId/, "INSTACART_USER_ID"));
  }
}

// Standard input is read only on request. Its not being a terminal proves nothing: in cron, CI and child processes,
// nobody may ever write to it or close it, and the command would hang silently.
function readSource(orderIds: readonly string[]): readonly string[] | "standard input" {
  if (!orderIds.includes("-")) return orderIds;
  if (orderIds.length === 1) return "standard input";
  throw new UsageError("- reads the order ids from standard input, so no other order id is allowed");
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected an integer from ${min} to ${max}.`);
  };
}

function positiveDuration(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs >= 1) return durationMs;
  throw new InvalidArgumentError("Expected at least 1ms.");
}

const DETAILS = `
Input: one order id per line; or order_id<TAB>user_id; or JSON Lines with
order_id and optionally user_id, such as the results of an earlier run: lines
with a count are skipped, lines with an error are sent again. Empty lines and
the headers order_id and order_id<TAB>user_id are ignored. An order with a user
is sent with that user's access token, which requires client credentials.

Output:
  {"order_id":"order-1","messages_read_count":15}
  {"order_id":"order-2","user_id":"user-1","error":{"name":"ApiError",…}}
If an order took more than one request, its line has "attempts". A count is then
a lower bound, and the line says so with "is_lower_bound": the count excludes
messages marked by a request whose response was lost.

While the API is overloaded, fails or cannot be reached, all requests wait,
those for access tokens too: for as long as Retry-After says, otherwise up to a
minute. Then one request tries, and if it gets a response, the others follow. An
order id that fails while others succeed is sent three times, and then has an
error. So have the last ones of a run that fail for a minute when all others are
done. When a run stops early, standard error says where to resume.

Environment:
  INSTACART_ACCESS_TOKEN   the access token, without "Bearer"; or instead:
  INSTACART_CLIENT_ID      the client credentials, which the command uses to
  INSTACART_CLIENT_SECRET  request access tokens
  INSTACART_USER_ID        the user for orders without one; if unset, the token
                           works for orders created with Fulfillment v3
  INSTACART_BASE_URL       default: https://connect.instacart.com
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY
  NODE_EXTRA_CA_CERTS      a file with additional certificate authorities
  NO_COLOR                 same as --no-color

Exit status:
  0  all orders are done
  1  some order ids failed
  2  usage error, including the environment and the input format
  3  stopped early
  4  nothing to do: no order ids
  128 + n  ended by signal n, such as 130 for Ctrl-C

Examples:
  instacart-chat mark-read order-123
  instacart-chat mark-read --rate 20 - < orders.txt > results.jsonl
  Retry the orders that failed:
  instacart-chat mark-read - < results.jsonl > results-2.jsonl
  Resume from line 501:
  tail -n +501 orders.txt | instacart-chat mark-read - >> results.jsonl`;
