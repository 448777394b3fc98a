// Runs the command `instacart-chat contract`: with these arguments, or without any against the mock.
import { distFolder } from "../common/paths.js";
import { fail } from "../common/fail.js";
import { statusOfNode } from "../common/run-node.js";

const ORDER = "order-123";
const UNKNOWN_ORDER = "no-such-order";

try {
  const args = process.argv.slice(2);
  process.exitCode = args.length > 0 ? await contract(args) : await checkMock();
} catch (error) {
  fail("contract", error);
}

async function checkMock() {
  const { startStrictMock } = await import("./strict-mock.js"); // Not sooner: Prism takes seconds to load.
  const mock = await startStrictMock(UNKNOWN_ORDER);
  try {
    const orders = ["--order", ORDER, "--unknown-order", UNKNOWN_ORDER, "--require", "200,401,404"];
    return await contract(["--base-url", mock.url, ...orders], {
      INSTACART_ACCESS_TOKEN: "",
      INSTACART_CLIENT_ID: "client-123",
      INSTACART_CLIENT_SECRET: "not-a-real-secret",
      INSTACART_USER_ID: "user-123",
      ...{ HTTPS_PROXY: "", https_proxy: "", HTTP_PROXY: "", http_proxy: "" },
    });
  } finally {
    await mock.close();
  }
}

/** @param {string[]} args of the command @param {Record<string, string>} [env] what to add to the environment */
function contract(args, env = {}) {
  return statusOfNode([`${distFolder}cli.js`, "contract", ...args], { env });
}
