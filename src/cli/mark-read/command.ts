import { Command, InvalidArgumentError, Option } from "commander";
import { createChatClient, type Locale } from "../../index.js";
import { systemClock } from "../scheduler/clock.js";
import { readCredentials } from "../credentials.js";
import { parseDuration, parseTimeout } from "../duration.js";
import { EXIT_STATUS, signalStatus } from "../exit-status.js";
import { onInterrupt } from "../interrupt.js";
import { readVariable, type ProcessIO } from "../process-io.js";
import { proxyFetch } from "../proxy-fetch.js";
import { errorText, plural, safeText } from "../text.js";
import { UsageError } from "../usage-error.js";
import { Journal, readResults, type EarlierResult } from "./journal.js";
import { findSource, isWrittenTo, type Source } from "./input-source.js";
import { orderKey, type Order } from "../scheduler/order.js";
import type { Input } from "./read-orders.js";
import { run, type RunSettings, type Work } from "./run.js";
import { StatusLine } from "../status-line.js";

// Enough for 80 orders a second if a response takes 100 ms, and modest for an API that documents no rate limit.
const DEFAULT_CONCURRENCY = 8;
const MAX_CONCURRENCY = 128; // Each request in flight uses a connection.
const [MIN_RATE, MAX_RATE] = [0.01, 1000];
const MAX_EXAMPLES = 10;

interface Options {
  readonly orders?: string;
  readonly results?: string;
  readonly baseUrl?: string;
  readonly allowInsecureHttp?: true;
  readonly treatIdsAsInternal?: true;
  readonly retailerId?: string;
  readonly locale?: Locale;
  readonly concurrency: number;
  readonly rate: number;
  readonly timeout: number;
  readonly maxAttempts: number;
  readonly maxOutage: number;
  readonly maxFailures: number;
  readonly quiet?: true;
  readonly dryRun?: true;
}

/** `instacart-chat mark-read` */
export function markReadCommand(io: ProcessIO): Command {
  return new Command("mark-read")
    .summary("mark the shopper's messages about orders as read")
    .description("Marks the shopper's messages about orders as read, and writes one line of JSON for each order.")
    .usage("[options] <order-id>...\n       instacart-chat mark-read [options] --orders <file>")
    .argument("[order-id...]", "the order ids; - reads them from standard input")
    .option("--orders <file>", "read the orders from a file")
    .option("--results <file>", "append the results to a file; what has a count there is not sent again")
    .option("--base-url <url>", "the server; overrides INSTACART_BASE_URL")
    .option("--allow-insecure-http", "allow http to any host, such as a mock in a container; unsafe")
    .option("--treat-ids-as-internal", "the order ids are Instacart's own, not the retailer's")
    .option("--retailer-id <id>", "your banner, if you have several")
    .option("--locale <locale>", "the language of the responses, such as fr-CA")
    .addOption(
      new Option("--concurrency <n>", `maximum requests in flight, 1 to ${MAX_CONCURRENCY}`)
        .argParser(integer(1, MAX_CONCURRENCY))
        .default(DEFAULT_CONCURRENCY),
    )
    .addOption(
      new Option("--rate <n>", "maximum requests per second, evenly spaced, such as 20 or 0.5")
        .argParser(readRate)
        .default(Infinity, "no limit"),
    )
    .addOption(
      new Option("--timeout <duration>", "the time limit for one request")
        .argParser(parseTimeout)
        .default(10_000, "10s"),
    )
    .addOption(
      new Option("--max-attempts <n>", "maximum requests for an order, 1 to 100").argParser(integer(1, 100)).default(5),
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
    .option("--quiet", "write nothing but errors to standard error")
    .option("--dry-run", "read, check and count the orders without sending anything")
    .addHelpText("after", DETAILS)
    .action(async (orderIds: string[], options: Options) => {
      io.exitCode = await markRead(orderIds, options, io);
    });
}

async function markRead(orderIds: readonly string[], options: Options, io: ProcessIO): Promise<number> {
  const { quiet = false, dryRun = false, results } = options;
  const status = new StatusLine(io, quiet, systemClock);
  const source = findSource(orderIds, options.orders, io);
  if (!source) {
    status.tell("no order named: give order ids, - for standard input, or --orders <file>");
    return EXIT_STATUS.nothingToDo;
  }
  const { own, forUser, mark } = await connect(options, io);
  if (isWrittenTo(source, dryRun ? undefined : results, io))
    throw new UsageError(`${source.name} is the file that results are written to; use another one for either`);
  const journal = results === undefined || dryRun ? undefined : await Journal.open(results);
  try {
    for (const note of journal?.notes ?? []) status.tell(note);
    const input = await readInput(source, status, io);
    if (typeof input === "number") return input;
    const earlier = journal?.results ?? (results === undefined ? undefined : (await readResults(results)).results);
    const work = plan(input, earlier);
    const { orders, invalid, doneBefore } = work;
    if (orders.length + invalid.length === 0) {
      const isDone = doneBefore > 0;
      status.say(
        `nothing to do: ${isDone ? `${doneBefore} already done, none left` : `${source.name} has no order ids`}`,
      );
      return isDone ? EXIT_STATUS.success : EXIT_STATUS.nothingToDo;
    }
    if (dryRun) return describe(work, status);
    if (!forUser && orders.some(({ userId }) => userId !== undefined))
      throw new UsageError(
        "a user's token needs client credentials: set INSTACART_CLIENT_ID and INSTACART_CLIENT_SECRET",
      );
    const settings: RunSettings = {
      ...options,
      maxOutageMs: options.maxOutage,
      tokenOf: (userId) => (userId === undefined || !forUser ? own : forUser(userId)),
      mark,
    };
    return await run(work, journal, settings, status, io);
  } finally {
    journal?.close();
  }
}

/** @throws UsageError in the words of the command */
async function connect(options: Options, io: ProcessIO) {
  const { allowInsecureHttp, retailerId, locale, timeout: timeoutMs, treatIdsAsInternal } = options;
  const shared = {
    baseUrl: options.baseUrl ?? readVariable(io, "INSTACART_BASE_URL"),
    allowInsecureHttp,
    timeoutMs,
    maxRetries: 0, // The scheduler sends orders again.
    fetch: await proxyFetch(io),
  };
  try {
    const credentials = options.dryRun ? { own: "not-needed", forUser: undefined } : readCredentials(io, shared);
    const chat = createChatClient({ ...shared, retailerId, locale, accessToken: credentials.own });
    const mark: RunSettings["mark"] = async (orderId, accessToken, signal) =>
      (await chat.markMessagesAsRead(orderId, { accessToken, treatIdsAsInternal, signal })).data;
    return { ...credentials, mark };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(errorText(error, options.baseUrl === undefined ? {} : { baseUrl: "--base-url" }));
  }
}

/** @returns the exit status if a signal ends it */
async function readInput(source: Source, status: StatusLine, io: ProcessIO): Promise<Input | number> {
  const controller = new AbortController();
  let exitStatus: number | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    exitStatus = signalStatus(name);
    status.tell(`stopped by ${name}; nothing was sent`);
    controller.abort();
  };
  const stopListening = onInterrupt(io, onSignal, onSignal);
  const isTyped = source.name === "standard input" && io.stdin.isTTY === true;
  if (isTyped) status.say("reading orders from the terminal, one per line, until Ctrl-D");
  try {
    return await source.read(
      controller.signal,
      () => isTyped || status.say(`reading orders from ${source.name}`),
      systemClock,
    );
  } catch (error) {
    if (exitStatus === undefined) throw error;
    return exitStatus;
  } finally {
    stopListening();
  }
}

/** Leaves out what earlier runs have done; what failed before comes last. */
function plan(input: Input, earlier: ReadonlyMap<string, EarlierResult> = new Map()): Work {
  const [fresh, failedBefore]: [Order[], Order[]] = [[], []];
  let doneBefore = input.done;
  for (const order of input.orders) {
    const result = earlier.get(orderKey(order.orderId, order.userId));
    order.mayBeMarked ||= result?.mayBeMarked ?? false;
    if (result?.isDone) doneBefore += 1;
    else (result ? failedBefore : fresh).push(order);
  }
  return { orders: [...fresh, ...failedBefore], invalid: input.invalid, doneBefore, duplicates: input.duplicates };
}

function describe({ orders, invalid, doneBefore }: Work, status: StatusLine): number {
  const users = new Set(orders.map(({ userId }) => userId));
  users.delete(undefined);
  status.tell(
    ...invalid
      .slice(0, MAX_EXAMPLES)
      .map(({ line, message }) => `${line === undefined ? "" : `line ${line}: `}${safeText(message)}`),
    `would send ${orders.length} (${plural(users.size, "user")}), ${invalid.length} invalid, ${doneBefore} already done; nothing was sent`,
  );
  return invalid.length > 0 ? EXIT_STATUS.failed : EXIT_STATUS.success;
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected an integer from ${min} to ${max}.`);
  };
}

function readRate(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= MIN_RATE && value <= MAX_RATE) return value;
  throw new InvalidArgumentError(`Expected a number from ${MIN_RATE} to ${MAX_RATE}.`);
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

Environment:
  INSTACART_ACCESS_TOKEN   the access token, without "Bearer"; or instead:
  INSTACART_CLIENT_ID      the client credentials, which the command uses to
  INSTACART_CLIENT_SECRET  request access tokens
  INSTACART_USER_ID        the user for orders without one; if unset, the token
                           works for orders created with Fulfillment v3
  INSTACART_BASE_URL       default: https://connect.instacart.com
  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY
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
