// Checks a server against the contract: the one that CONTRACT_BASE_URL names, or else the mock.
import { fail, rejectArguments } from "../shared/fail.js";
import { liveCases, mockCases } from "./cases.js";

/** @type {typeof import("../../src/index.js")} */
const { createChatClient, isChatClientError } = await import(new URL("../../dist/index.js", import.meta.url).href);
/** @type {typeof import("../../src/oauth/index.js")} */
const { createTokenProvider } = await import(new URL("../../dist/oauth.js", import.meta.url).href);

const PREFIX = "CONTRACT_";

rejectArguments("contract");
const baseUrl = variable("BASE_URL");
const accessToken = variable("ACCESS_TOKEN");
const orderId = variable("ORDER_ID");
const unknownOrderId = variable("UNKNOWN_ORDER_ID");

try {
  if (baseUrl !== undefined) await checkLive(baseUrl);
  else await checkMock();
} catch (error) {
  fail("contract", error);
}

async function checkMock() {
  if (accessToken ?? orderId ?? unknownOrderId)
    throw new Error("CONTRACT_BASE_URL is missing; the other variables are set");
  const { startMock } = await import("../mock/server.js");
  const mock = await startMock();
  try {
    await check("the mock", mock.url, mockCases());
  } finally {
    await mock.close();
  }
}

/** @param {string} baseUrl */
async function checkLive(baseUrl) {
  if (accessToken === undefined || orderId === undefined)
    throw new Error("CONTRACT_ACCESS_TOKEN and CONTRACT_ORDER_ID must be set with CONTRACT_BASE_URL");
  await assertReachable(baseUrl);
  await check(baseUrl, baseUrl, liveCases({ accessToken, orderId, unknownOrderId }));
}

/**
 * @param {string} what
 * @param {string} baseUrl
 * @param {import("./cases.js").Case[]} cases
 */
async function check(what, baseUrl, cases) {
  const { checkContract } = await import("./check.js"); // Not sooner: Prism takes seconds to load.
  console.log(`contract: asking ${what}`);
  const counts = { passed: 0, failed: 0, "not asked": 0 };
  await checkContract({ createChatClient, createTokenProvider, isChatClientError }, baseUrl, cases, (result) => {
    counts[result.outcome] += 1;
    console.log(`  ${result.outcome.padEnd(9)}  ${result.name}`);
    for (const { text } of result.violations) console.error(`contract: violation: ${text}`);
  });
  console.log(`contract: ${counts.passed} passed, ${counts.failed} failed, ${counts["not asked"]} not asked`);
  if (counts.failed > 0) process.exitCode = 1;
}

/**
 * Says in one sentence what is wrong with a server that is none of the API: with a token that is none, nothing is
 * marked as read.
 *
 * @param {string} baseUrl
 */
async function assertReachable(baseUrl) {
  /** @type {Response | undefined} */
  let answer;
  try {
    const chat = createChatClient({
      accessToken: "not-a-real-token",
      baseUrl,
      maxRetries: 0,
      fetch: async (url, init) => (answer = await fetch(url, init)),
    });
    await chat.markMessagesAsRead("order-123");
  } catch (error) {
    if (error instanceof TypeError) throw new Error(error.message.replace("baseUrl", "CONTRACT_BASE_URL"));
    if (!answer)
      throw new Error(
        `CONTRACT_BASE_URL, ${baseUrl}, cannot be reached: ${error instanceof Error ? error.message : error}`,
      );
  }
  const isRedirect = answer && answer.status >= 300 && answer.status < 400;
  const isPage = answer?.headers.get("content-type")?.includes("text/html");
  if (isRedirect || isPage)
    throw new Error(
      `CONTRACT_BASE_URL, ${baseUrl}, answers with ${isRedirect ? "a redirect" : "a web page"}, such as one to log in, and not as the API`,
    );
}

/** @param {string} name */
function variable(name) {
  return process.env[PREFIX + name] || undefined;
}
