import { Command, InvalidArgumentError, Option } from "commander";
import { createChatClient, type Locale } from "../../index.js";
import { systemClock } from "../clock.js";
import { ENVIRONMENT_HELP, readCredentials } from "../credentials.js";
import { parseDuration, parseTimeout } from "../duration.js";
import { EXIT_STATUS, UsageError } from "../exit-status.js";
import { readVariable, type ProcessIO } from "../process-io.js";
import { proxyFetch } from "../proxy-fetch.js";
import { StatusLine } from "../status-line.js";
import { errorText, plural, safeText } from "../text.js";
import { findSource, isWrittenTo, readSource } from "./input-source.js";
import { Journal, readResults, type EarlierResults } from "./journal.js";
import { orderKey, type Order } from "./order.js";
import { readArguments, type Input } from "./read-orders.js";
import { run, type RunSettings, type Work } from "./run.js";

const MAX_EXAMPLES = 10;

interface Options extends Pick<RunSettings, "concurrency" | "rate" | "maxAttempts" | "maxFailures"> {
  readonly orders?: string;
  readonly results?: string;
  readonly baseUrl?: string;
  readonly allowInsecureHttp?: true;
  readonly treatIdsAsInternal?: true;
  readonly retailerId?: string;
  readonly locale?: Locale;
  readonly timeout: number;
  readonly maxOutage: number;
  readonly quiet?: true;
  readonly dryRun?: true;
}

type OptionRow = [flags: string, description: string, parse?: (text: string) => number, value?: number, shown?: string];

const OPTIONS: readonly OptionRow[] = [
  ["--orders <file>", "read the orders from a file"],
  ["--results <file>", "append the results to a file; what has a count there is not sent again"],
  ["--base-url <url>", "the server; overrides INSTACART_BASE_URL"],
  ["--allow-insecure-http", "allow http to any host, such as a mock in a container; unsafe"],
  ["--treat-ids-as-internal", "the order ids are Instacart's own, not the retailer's"],
  ["--retailer-id <id>", "your banner, if you have several"],
  ["--locale <locale>", "the language of the responses, such as fr-CA"],
  // 8 are enough for 80 orders a second if a response takes 100 ms. Each request in flight uses a connection.
  ["--concurrency <n>", "maximum requests in flight, 1 to 128", integer(1, 128), 8],
  ["--rate <n>", "maximum requests per second, evenly spaced, such as 20 or 0.5", parseRate, Infinity, "no limit"],
  ["--timeout <duration>", "the time limit for one request", parseTimeout, 10_000, "10s"],
  ["--max-attempts <n>", "maximum requests for an order, 1 to 100", integer(1, 100), 5],
  ["--max-outage <duration>", "how long an outage may last before the run stops", parseDuration, 300_000, "5m"],
  ["--max-failures <n>", "stop after this many failures", integer(1, Number.MAX_SAFE_INTEGER), Infinity, "no limit"],
  ["--quiet", "write nothing but errors to standard error"],
  ["--dry-run", "read, check and count the orders without sending anything"],
];

/** `instacart-chat mark-read` */
export function markReadCommand(io: ProcessIO): Command {
  const command = new Command("mark-read")
    .summary("mark the shopper's messages about orders as read")
    .description("Marks the shopper's messages about orders as read, and writes one line of JSON for each order.")
    .usage("[options] <order-id>...\n       instacart-chat mark-read [options] --orders <file>")
    .argument("[order-id...]", "the order ids; - reads them from standard input")
    .addHelpText("after", DETAILS)
    .action(async (orderIds: string[], options: Options) => void (io.exitCode = await markRead(orderIds, options, io)));
  for (const [flags, description, parse, value, shown] of OPTIONS) {
    const option = new Option(flags, description);
    command.addOption(parse ? option.argParser(parse).default(value, shown) : option);
  }
  return command;
}

async function markRead(orderIds: readonly string[], options: Options, io: ProcessIO): Promise<number> {
  const { quiet = false, dryRun = false, results } = options;
  const status = new StatusLine(io, quiet, systemClock);
  const source = findSource(orderIds, options.orders, io);
  if (!source && orderIds.length === 0) {
    status.tell("no order named: give order ids, - for standard input, or --orders <file>");
    return EXIT_STATUS.nothingToDo;
  }
  if (results === "-") throw new UsageError("--results names a file; without it, results go to standard output");
  const { own, forUser, mark } = await connect(options, io);
  if (source && isWrittenTo(source, dryRun ? undefined : results, io))
    throw new UsageError(`${source.name} is the file that results are written to; use another one for either`);
  const journal = results === undefined || dryRun ? undefined : await Journal.open(results);
  try {
    for (const note of journal?.notes ?? []) status.tell(note);
    const input = source ? await readSource(source, status, io, systemClock) : readArguments(orderIds);
    if (typeof input === "number") return input;
    const earlier = journal ?? (results === undefined ? undefined : await readResults(results));
    const work = plan(input, earlier?.results);
    const { orders, invalid, doneBefore } = work;
    if (orders.length + invalid.length === 0) {
      const found = doneBefore > 0 ? `${doneBefore} already done, none left` : `${source?.name} has no order ids`;
      status.say(`nothing to do: ${found}`);
      return doneBefore > 0 ? EXIT_STATUS.success : EXIT_STATUS.nothingToDo;
    }
    if (dryRun) return describe(work, status);
    if (!forUser && orders.some(({ userId }) => userId !== undefined))
      throw new UsageError(
        "a user's token needs client credentials: set INSTACART_CLIENT_ID and INSTACART_CLIENT_SECRET",
      );
    const tokenOf = (userId: string | undefined) => (userId === undefined || !forUser ? own : forUser(userId));
    const time = { maxOutageMs: options.maxOutage, clock: systemClock, random: Math.random };
    return await run(work, journal, { ...options, ...time, tokenOf, mark }, status, io);
  } finally {
    journal?.close();
  }
}

/** @throws UsageError in the words of the command */
async function connect(options: Options, io: ProcessIO) {
  const { allowInsecureHttp, retailerId, locale, timeout: timeoutMs, treatIdsAsInternal, dryRun } = options;
  const baseUrl = options.baseUrl ?? readVariable(io, "INSTACART_BASE_URL");
  // The scheduler sends orders again, so the client need not.
  const shared = { baseUrl, allowInsecureHttp, timeoutMs, maxRetries: 0, fetch: await proxyFetch(io) };
  try {
    const credentials = dryRun ? { own: "not-needed", forUser: undefined } : readCredentials(io, shared);
    const chat = createChatClient({ ...shared, retailerId, locale, accessToken: credentials.own });
    const mark: RunSettings["mark"] = async (orderId, accessToken, signal) =>
      (await chat.markMessagesAsRead(orderId, { accessToken, treatIdsAsInternal, signal })).data;
    return { ...credentials, mark };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(errorText(error, options.baseUrl === undefined ? {} : { baseUrl: "--base-url" }));
  }
}

/** Leaves out what earlier runs have done; what failed before comes last. */
function plan({ orders, done, invalid, duplicates }: Input, earlier: EarlierResults = new Map()): Work {
  const [fresh, failedBefore]: [Order[], Order[]] = [[], []];
  let doneBefore = done.size;
  for (const order of orders) {
    const result = earlier.get(orderKey(order));
    order.mayBeMarked ||= result?.mayBeMarked ?? false;
    if (result?.isDone) doneBefore += 1;
    else (result ? failedBefore : fresh).push(order);
  }
  return { orders: [...fresh, ...failedBefore], invalid, doneBefore, duplicates };
}

function describe({ orders, invalid, doneBefore }: Work, status: StatusLine): number {
  const users = new Set(orders.map(({ userId }) => userId));
  users.delete(undefined);
  const where = (line: number | undefined) => (line === undefined ? "" : `line ${line}: `);
  status.tell(
    ...invalid.slice(0, MAX_EXAMPLES).map(({ line, message }) => `${where(line)}${safeText(message)}`),
    `would send ${orders.length} (${plural(users.size, "user")}), ${invalid.length} invalid, ${doneBefore} already done; nothing was sent`,
  );
  return invalid.length > 0 ? EXIT_STATUS.failed : EXIT_STATUS.success;
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`Expected an integer from ${min} to ${max}.`);
  };
}

function parseRate(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) >= 0.01 && Number(text) <= 1000) return Number(text);
  throw new InvalidArgumentError("Expected a number from 0.01 to 1000.");
}

const DETAILS = `
Input is read to its end and checked before anything is sent: one order id per
line; or columns separated by tabs, named by a header (order_id, user_id); or
JSON Lines with order_id and, for an order of a user, user_id. An order with a
user is sent with that user's access token, which needs client credentials.

Results are JSON Lines, in the order in which they come:
  {"order_id":"order-1","messages_read_count":15}
  {"order_id":"order-2","user_id":"user-1","error":{"name":"ApiError",…}}
With --results, start the same command again to go on, after anything: what has
a count in the file is not sent again. "is_lower_bound" says that the count
excludes what an earlier request marked whose response was lost.

The command waits out rate limits and outages, as long as Retry-After says or
longer and longer; see --max-outage and --max-attempts.
${ENVIRONMENT_HELP}
  INSTACART_BASE_URL       default: https://connect.instacart.com
  NODE_EXTRA_CA_CERTS      a file with additional certificate authorities
  NO_COLOR                 same as --no-color

Exit status:
  0  all orders are done, now or in an earlier run
  1  some orders failed
  2  usage error, including the environment and the input format
  3  stopped early
  4  no order named
  128 + n  ended by signal n, such as 130 for Ctrl-C

Examples:
  instacart-chat mark-read order-123
  instacart-chat mark-read --rate 20 --orders orders.txt --results results.jsonl`;
