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

// Enough for 80 orders a second when a response takes 100 ms, and little for an API whose rate limit is not documented.
const DEFAULT_CONCURRENCY = 8;
const MAX_CONCURRENCY = 128; // Each order id under way has a connection.
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
      "Marks the messages that the shopper sent about orders as read, and prints a line of JSON for each order, in the order of the input.",
    )
    .usage("[options] <order-id>...\n       instacart-chat mark-read [options] - < file")
    .argument("<order-id...>", "the orders; - reads them from standard input")
    .addOption(new Option("--base-url <url>", "the server, instead of INSTACART_BASE_URL"))
    .addOption(new Option("--allow-insecure-http", "allow http to any host, such as a mock in a container; unsafe"))
    .addOption(new Option("--treat-ids-as-internal", "the order ids are Instacart's own, not the retailer's"))
    .addOption(new Option("--retailer-id <id>", "the banner, for retailers with several"))
    .addOption(new Option("--locale <locale>", "the language of messages").choices(["en-US", "en-CA", "fr-CA"]))
    .addOption(
      new Option("--concurrency <n>", `requests at a time, 1 to ${MAX_CONCURRENCY}`)
        .argParser(integer(1, MAX_CONCURRENCY))
        .default(DEFAULT_CONCURRENCY),
    )
    .addOption(
      new Option("--rate <n>", `requests a second, evenly spaced, 1 to ${MAX_RATE}`)
        .argParser(integer(1, MAX_RATE))
        .default(Infinity, "no limit"),
    )
    .addOption(
      new Option("--timeout <duration>", "how long a request may take")
        .argParser(positiveDuration)
        .default(10_000, "10s"),
    )
    .addOption(
      new Option("--max-outage <duration>", "how long the API may fail for all before the run ends")
        .argParser(parseDuration)
        .default(300_000, "5m"),
    )
    .addOption(
      new Option("--max-failures <n>", "end the run after this many failures")
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

// Standard input is read only where it is asked for. Where it is merely no terminal, as in cron, CI and child processes,
// nobody may ever write to it or close it, and the command would wait without a word.
function readSource(orderIds: readonly string[]): readonly string[] | "standard input" {
  if (!orderIds.includes("-")) return orderIds;
  if (orderIds.length === 1) return "standard input";
  throw new UsageError("- reads the order ids from standard input, so there can be no other order id beside it");
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
order_id and perhaps user_id, such as the results of an earlier run: lines with
a count are skipped, lines with an error are sent again. Empty lines and the
headers order_id and order_id<TAB>user_id do not count. The orders of a user are
sent with that user's own access token, which takes client credentials.

Output:
  {"order_id":"order-1","messages_read_count":15}
  {"order_id":"order-2","user_id":"user-1","error":{"name":"ApiError",…}}
If more than one request was sent for an order, the line has "attempts", and a
count is followed by "is_lower_bound": what an earlier request marked before its
response was lost is not counted again.

While the API is overloaded, fails or cannot be reached, all requests wait,
those for access tokens too: for as long as Retry-After says, otherwise up to a
minute. Then one request tries, and if it gets a response, the others follow. An
order id that fails while others succeed is sent three times, and then has an
error. So have the last ones of a run that fail for a minute when all others are
done. When a run stops early, standard error says where to resume.

Environment:
  INSTACART_ACCESS_TOKEN   the access token, without "Bearer"; or instead:
  INSTACART_CLIENT_ID      the client credentials to get access tokens with, and
  INSTACART_CLIENT_SECRET
  INSTACART_USER_ID        the user of orders that come without one; if unset,
                           the token reaches orders made with Fulfillment v3
  INSTACART_BASE_URL       default: https://connect.instacart.com
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY
  NODE_EXTRA_CA_CERTS      a file of further certificate authorities
  NO_COLOR                 like --no-color

Exit status:
  0  everything is marked
  1  some order ids failed
  2  usage error, also in the environment or the format of the input
  3  stopped before the end
  4  nothing to do: there was no order id
  128 + n  ended by signal n, such as 130 for Ctrl-C

Examples:
  instacart-chat mark-read order-123
  instacart-chat mark-read --rate 20 - < orders.txt > results.jsonl
  Send again what failed:
  instacart-chat mark-read - < results.jsonl > results-2.jsonl
  Resume with line 501:
  tail -n +501 orders.txt | instacart-chat mark-read - >> results.jsonl`;
