import { Command, InvalidArgumentError, Option } from "commander";
import { assertOrderId, createChatClient } from "../../index.js";
import { ENVIRONMENT_HELP, readCredentials } from "../credentials.js";
import { parseTimeout } from "../duration.js";
import { EXIT_STATUS, UsageError } from "../exit-status.js";
import { readVariable, write, type ProcessIO } from "../process-io.js";
import { proxyFetch } from "../proxy-fetch.js";
import { errorMessage, quote, safeText } from "../text.js";
import { casesFor } from "./cases.js";
import { checkContract } from "./check-contract.js";
import { statusesOf } from "./judge-response.js";
import { createRecorder } from "./recording-fetch.js";
import { makeReport, REQUIRED_OPERATION } from "./report.js";
import { REPORTERS } from "./reporters.js";

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
      "Calls a server with this package's client and checks each response against the OpenAPI description: status, content type, error bodies and every constraint. This marks the messages of one order as read.",
    )
    .option("--base-url <url>", "the server to check; overrides INSTACART_BASE_URL")
    .option("--order <id>", "an order whose messages may be marked as read (required)")
    .option("--unknown-order <id>", "an id that no order has; expects a 404 with code 4000")
    .option("--retailer-id <id>", "your banner, if you have several")
    .option("--treat-ids-as-internal", "the order ids are Instacart's own, not the retailer's")
    .option("--locale <locale>", "the language of the responses, such as fr-CA")
    .option("--timeout <duration>", "the time limit for one attempt, such as 5s (default: 10s)", parseTimeout)
    .option("--allow-insecure-http", "allow http to any host, such as a mock in a container; unsafe")
    .option("--require <statuses>", "statuses that must pass, such as 200,401,404", readStatuses)
    .addOption(new Option("--reporter <name>", "what to print (default: text)").choices(Object.keys(REPORTERS)))
    .addHelpText("after", HELP)
    .action((options: ContractOptions) => run(options, io));
}

const HELP = `${ENVIRONMENT_HELP}
Token requests are checked, too.

Outcomes:
  passed         the response satisfies the contract
  violation      the API broke the contract
  inconclusive   the check cannot tell: no connection, a timeout, 408, 429,
                 every 5xx, a rejected access token or order, or a response
                 that is not the API's: 407, an undocumented 403 (or other
                 4xx, if nothing is the API's), one response to all requests
                 (but JSON with 200), or a body that is not JSON (a violation
                 with 200, and with a 401 or 404 if the order was served)
  not exercised  no request makes a live server send this response

Exit status:
  0  every check passed
  1  a violation
  2  a usage error; nothing was sent
  3  an inconclusive result, an unmet --require, or no report

Example:
  npx instacart-post-checkout-chat contract --order order-123 \\
    --base-url https://connect.dev.instacart.tools --unknown-order no-order`;

async function run(options: ContractOptions, io: ProcessIO): Promise<void> {
  const { baseUrl, order, recorder, cases } = await prepare(options, io);
  const secrets = ["INSTACART_ACCESS_TOKEN", "INSTACART_CLIENT_SECRET"].flatMap((name) => readVariable(io, name) ?? []);
  const tell = (text: string) => void io.stderr.write(`contract: ${quote(text, secrets, 500)}\n`);
  try {
    tell(`marking the shopper's messages about order ${order} as read on ${baseUrl}`);
    const startedAt = new Date().toISOString();
    const results = await checkContract(cases, recorder, secrets, tell);
    const report = makeReport({ baseUrl: safeText(baseUrl), startedAt }, results, options.require);
    const problem = await write(io.stdout, REPORTERS[options.reporter ?? "text"](report));
    if (problem) throw new Error(`standard output failed: ${problem.message}`);
    io.exitCode = report.exitStatus;
  } catch (error) {
    tell(`there is no report: ${errorMessage(error)}`);
    io.exitCode = EXIT_STATUS.stopped; // It says nothing about the server.
  }
}

/** @throws UsageError that says what is missing, invalid or conflicting, before anything is sent */
async function prepare(options: ContractOptions, io: ProcessIO) {
  const { baseUrl = readVariable(io, "INSTACART_BASE_URL"), order, unknownOrder, treatIdsAsInternal } = options;
  const missing = [
    ...(baseUrl === undefined ? ["no server to check: pass --base-url, or set INSTACART_BASE_URL"] : []),
    ...(order === undefined ? ["--order is missing: an order whose messages may be marked as read"] : []),
  ];
  if (baseUrl === undefined || order === undefined) throw new UsageError(missing.join("; "));
  if (order === unknownOrder) throw new UsageError("--unknown-order must differ from --order");
  if (unknownOrder === undefined && options.require?.includes(404))
    throw new UsageError("--require 404 needs --unknown-order, the id that should get the 404");

  const words = { baseUrl: options.baseUrl === undefined ? "INSTACART_BASE_URL" : "--base-url", orderId: "--order" };
  try {
    assertOrderId(order);
    words.orderId = "--unknown-order";
    assertOrderId(unknownOrder ?? order);
    const recorder = createRecorder(await proxyFetch(io));
    const { timeout: timeoutMs, allowInsecureHttp, retailerId, locale } = options;
    const shared = { baseUrl, timeoutMs, allowInsecureHttp };
    const { own: accessToken } = readCredentials(io, { ...shared, fetch: recorder.fetchFor("generateAccessToken") });
    const fetch = recorder.fetchFor("markMessagesAsRead");
    const chat = createChatClient({ ...shared, accessToken, fetch, retailerId, locale });
    const cases = casesFor(chat, accessToken, order, unknownOrder, { treatIdsAsInternal });
    return { baseUrl, order, recorder, cases };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(errorMessage(error, { ...words, userId: "INSTACART_USER_ID" }));
  }
}

function readStatuses(text: string): readonly number[] {
  const documented = statusesOf(REQUIRED_OPERATION);
  const statuses = text.split(",").map(Number);
  if (statuses.every((status) => documented.includes(status))) return statuses;
  throw new InvalidArgumentError(`Expected a list such as 200,404. The statuses are ${documented.join(", ")}.`);
}
