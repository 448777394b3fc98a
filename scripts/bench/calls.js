// Sets up the clients in the process that measures them.
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { ACCESS_TOKEN, MESSAGES_READ_COUNT, ORDER_IDS } from "./exchange.js";

/** @typedef {import("./project/clients/setting.js").Setting} Setting */
/** @typedef {import("./project/clients/setting.js").Call} Call */

/**
 * @param {string} project where the clients are installed
 * @param {readonly Pick<import("./clients.js").Client, "name" | "file">[]} clients
 * @param {Omit<Setting, "accessToken">} setting
 * @returns {Promise<Record<string, Call>>} by the names of the clients; each was called once, successfully
 */
export async function createCalls(project, clients, setting) {
  /** @type {Record<string, Call>} */
  const calls = {};
  for (const { name, file } of clients) {
    /** @type {{ create: (setting: Setting) => Call }} */
    const { create } = await import(pathToFileURL(join(project, `built/clients/${file}.js`)).href);
    const call = create({ ...setting, accessToken: ACCESS_TOKEN });
    const count = await call(ORDER_IDS[0] ?? "").catch((error) => {
      throw new Error(`${name} failed: ${error}`);
    });
    if (count !== MESSAGES_READ_COUNT) throw new Error(`${name} gave ${count} instead of ${MESSAGES_READ_COUNT}`);
    calls[name] = call;
  }
  return calls;
}
