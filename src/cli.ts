#!/usr/bin/env node
import { createRequire } from "node:module";
import { readArguments } from "./cli/arguments.js";
import { readAccessToken } from "./cli/credentials.js";
import { markSeveral } from "./cli/mark-several.js";
import { oneLine } from "./cli/one-line.js";
import { assertReadable } from "./cli/order-ids.js";
import { USAGE } from "./cli/usage.js";
import { write } from "./cli/write.js";
import { createChatClient, isChatClientError } from "./index.js";

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(`instacart-chat: ${oneLine(error)}`);
  process.exitCode = isChatClientError(error) ? 1 : 2;
}

/** @returns the exit status */
async function run(args: string[]): Promise<number> {
  const asked = readArguments(args);
  if (asked.action === "help") return print(USAGE);
  if (asked.action === "version") return print(createRequire(import.meta.url)("../package.json").version);

  const baseUrl = asked.baseUrl ?? environment("INSTACART_BASE_URL");
  const chat = createChatClient({
    accessToken: readAccessToken(environment, baseUrl),
    baseUrl,
    retailerId: asked.retailerId,
    locale: asked.locale as "en-US" | undefined, // The client checks it.
  });
  const mark = (orderId: string) => chat.markMessagesAsRead(orderId, { treatIdsAsInternal: asked.treatIdsAsInternal });

  const { orderIds, concurrency } = asked;
  if (orderIds !== "standard input" && orderIds.length === 1) {
    assertReadable(orderIds[0]);
    const { data } = await mark(orderIds[0]);
    return print(JSON.stringify(data));
  }
  const { stdin, stdout, stderr, env, exit } = process;
  return markSeveral(orderIds, mark, concurrency, { stdin, stdout, stderr, env, exit, signals: process });
}

/** @returns the exit status: 1 when the text did not arrive */
async function print(text: string): Promise<number> {
  process.stdout.on("error", () => {}); // `write` tells.
  const problem = await write(process.stdout, `${text}\n`);
  if (problem) console.error(`instacart-chat: standard output failed (${oneLine(problem)})`);
  return problem ? 1 : 0;
}

function environment(name: string): string | undefined {
  return process.env[name] || undefined;
}
