import { Command, InvalidArgumentError, Option } from "commander";
import { assertOrderId } from "../../check-options.js";
import { readCredentials } from "../credentials.js";
import { parseDuration } from "../duration.js";
import { EXIT_STATUS } from "../exit-status.js";
import { readVariable, type ProcessIO } from "../process-io.js";
import { proxyFetch } from "../proxy-fetch.js";
import { UsageError } from "../usage-error.js";
import { write } from "../write.js";
import type { Target, TokenSource } from "./cases.js";
import { checkContract } from "./check-contract.js";
import { describeRequests } from "./describe-requests.js";
import { statusesOf } from "./judge-response.js";
import { errorMessage, quote, safeText } from "../text.js";
import { makeReport, REQUIRED_OPERATION } from "./report.js";
import { githubReport } from "./reporters/github.js";
import { jsonReport } from "./reporters/json.js";
import { junitReport } from "./reporters/junit.js";
import { textReport } from "./reporters/text.js";

const REPORTERS = { text: textReport, json: jsonReport, junit: junitReport, github: githubReport };

interface ContractOptions {
  readonly baseUrl?: string;
  readonly order?: string;
  readonly unknownOrder?: string;
  readonly retailerId?: string;
  readonly treatIdsAsInternal?: boolean;
  readonly locale?: string;
  readonly timeout?: number;
  readonly allowInsecureHttp?: boolean;
  readonly require?: readonly number[];
  readonly reporter?: keyof typeof REPORTERS;
}

/** `instacart-chat contract` */
export function contractCommand(io: ProcessIO): Command {
  return new Command("contract")
    .summary("check a server against the API contract")
    .description(
      "Calls a server with this package's client and checks each response against the OpenAPI description: status, content type, error bodies and every constraint. This marks the messages of one order as read. Without --base-url, it sends nothing and prints what it would send.",
    )
    .option("--base-url <url>", "the server to check")
    .option("--order <id>", "an order whose messages may be marked as read")
    .option("--unknown-order <id>", "an id that no order has; expects a 404 with code 4000")
    .option("--retailer-id <id>", "your banner, if you have several")
    .option("--treat-ids-as-internal", "the order ids are Instacart's own, not the retailer's")
    .option("--locale <locale>", "the language of the responses: en-US, en-CA or fr-CA")
    .option("--timeout <duration>", "the time limit for one attempt, such as 5s (default: 10s)", parseDuration)
    .option("--allow-insecure-http", "allow http to any host, such as a mock in a container; unsafe")
    .option(
      "--require <statuses>",
      `statuses of ${REQUIRED_OPERATION} that must pass, such as 200,401,404`,
      readStatuses,
    )
    .addOption(
      new Option("--reporter <name>", "what to print to standard output (default: text)").choices(
        Object.keys(REPORTERS),
      ),
    )
    .addHelpText("after", HELP)
    .action((options: ContractOptions) => run(options, io));
}

const HELP = `
Environment:
  INSTACART_ACCESS_TOKEN   the access token; or instead:
  INSTACART_CLIENT_ID      the client credentials; the command then requests a
  INSTACART_CLIENT_SECRET  token and checks that request, too
  INSTACART_USER_ID        the user who placed the order; if unset, the order
                           must have been created with Fulfillment v3

Outcomes:
  passed                   the response satisfies the contract
  violation                the server broke the contract
  inconclusive             the check cannot tell: no connection, a timeout, 429,
                           5xx, the access token may have expired, or the server
                           rejects the order
  not asked                no request makes a live server send this response

Exit status:
  0  every check passed
  1  the server broke the contract
  2  usage error
  3  a result is inconclusive, or a status of --require did not pass

Example:
  instacart-chat contract --base-url https://connect.dev.instacart.tools \\
    --order order-123 --unknown-order no-such-order`;

async function run(options: ContractOptions, io: ProcessIO): Promise<void> {
  const { baseUrl, reporter = "text", require = [] } = options;
  if (baseUrl === undefined) return describe(options, io);

  const { target, tokens } = await prepare(options, baseUrl, io.env);
  tell(io, `marking the shopper's messages about order ${target.orderId} as read on ${baseUrl}`);
  const startedAt = new Date().toISOString();
  const secrets = ["INSTACART_ACCESS_TOKEN", "INSTACART_CLIENT_SECRET"].flatMap((name) => readVariable(io, name) ?? []);
  const results = await checkContract(target, tokens, secrets, await proxyFetch(io), ({ operationId, purpose }) =>
    tell(io, `calling ${operationId} for ${purpose}`),
  );
  const report = makeReport({ baseUrl: safeText(baseUrl), startedAt }, results, require);
  await print(io, REPORTERS[reporter](report), report.exitStatus);
}

/** Prints what would be sent, with placeholders for secrets and for options that are not given. */
async function describe(options: ContractOptions, io: ProcessIO): Promise<void> {
  for (const name of ["reporter", "require"] as const) {
    if (options[name] !== undefined)
      throw new UsageError(`--${name} needs --base-url: without it nothing is sent, so there is nothing to report`);
  }
  const isGiven = (name: string) => readVariable(io, name) !== undefined;
  const env = isGiven("INSTACART_ACCESS_TOKEN")
    ? { INSTACART_ACCESS_TOKEN: "ACCESS-TOKEN" }
    : {
        INSTACART_CLIENT_ID: "CLIENT-ID",
        INSTACART_CLIENT_SECRET: "CLIENT-SECRET",
        ...(isGiven("INSTACART_USER_ID") && { INSTACART_USER_ID: "USER-ID" }),
      };
  const given = { order: "ORDER", unknownOrder: "UNKNOWN-ORDER", ...options };
  const { requests } = await prepare(given, "https://example.com", env);
  const text = `Without --base-url nothing is sent. With it, these requests are sent, one after the other:
${requests.split("\n").map(safeText).join("\n")}
Transient failures are retried up to twice.
`;
  await print(io, text, EXIT_STATUS.success);
}

/**
 * Checks everything before anything is sent, by making the requests against the mock.
 *
 * @throws UsageError that says what is missing, invalid or conflicting
 */
async function prepare(options: ContractOptions, baseUrl: string, env: ProcessIO["env"]) {
  try {
    const target = readTarget(options, baseUrl);
    const tokens: TokenSource = (providerOptions) => readCredentials({ env }, providerOptions).own;
    return { target, tokens, requests: await describeRequests(target, tokens) };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(inWordsOfTheCommand(error));
  }
}

function readTarget(options: ContractOptions, baseUrl: string): Target {
  const { order, unknownOrder, retailerId, treatIdsAsInternal, timeout } = options;
  if (order === undefined)
    throw new UsageError("--order is missing: the id of an order whose messages may be marked as read");
  assertId("--order", order);
  if (unknownOrder !== undefined) assertId("--unknown-order", unknownOrder);
  if (order === unknownOrder) throw new UsageError("--unknown-order must differ from --order");
  if (unknownOrder === undefined && options.require?.includes(404))
    throw new UsageError("--require 404 needs --unknown-order, the id that should get the 404");
  return {
    baseUrl,
    orderId: order,
    unknownOrderId: unknownOrder,
    retailerId,
    treatIdsAsInternal,
    locale: options.locale, // The client checks it.
    timeoutMs: timeout,
    allowInsecureHttp: options.allowInsecureHttp,
  };
}

function assertId(option: string, id: string): void {
  try {
    assertOrderId(id);
  } catch (error) {
    throw new UsageError(inWordsOfTheCommand(error, { orderId: option }));
  }
}

const WORDS: Readonly<Record<string, string>> = {
  baseUrl: "--base-url",
  retailerId: "--retailer-id",
  locale: "--locale",
  timeoutMs: "--timeout",
  accessToken: "INSTACART_ACCESS_TOKEN",
  clientId: "INSTACART_CLIENT_ID",
  clientSecret: "INSTACART_CLIENT_SECRET",
  userId: "INSTACART_USER_ID",
};

function inWordsOfTheCommand(error: unknown, words = WORDS): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^(?:The )?(\w+)/, (text, name: string) => words[name] ?? text)
    .replace("allowInsecureHttp", "--allow-insecure-http");
}

/** @throws InvalidArgumentError */
function readStatuses(text: string): readonly number[] {
  const documented = statusesOf(REQUIRED_OPERATION);
  return text.split(",").map((part) => {
    const status = Number(part);
    if (!documented.includes(status))
      throw new InvalidArgumentError(`Expected a list such as 200,404. The statuses are ${documented.join(", ")}.`);
    return status;
  });
}

function tell(io: ProcessIO, text: string): void {
  io.stderr.write(`contract: ${quote(text, [], 500)}\n`);
}

async function print(io: ProcessIO, text: string, exitStatus: number): Promise<void> {
  const problem = await write(io.stdout, text);
  if (problem) tell(io, `standard output failed: ${errorMessage(problem)}`);
  io.exitCode = problem ? EXIT_STATUS.stopped : exitStatus;
}
