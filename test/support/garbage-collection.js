// Run by Node with --expose-gc: makes calls that hang while garbage is collected all the time, and prints as JSON how
// each of them ended. The first argument is the URL of the client's module.
import { startApiServer } from "./api-server.js";

/** @type {{ createChatClient: typeof import("../../src/index.js").createChatClient }} */
const { createChatClient } = await import(String(process.argv[2]));

const LIMIT_MS = 100;
const GIVE_UP_MS = 1500;

/** @type {Record<string, (response: import("node:http").ServerResponse) => void>} */
const PHASES = {
  silence: () => {},
  success: (response) => void response.writeHead(200, { "Content-Type": "application/json" }).write('{"messages'),
  error: (response) => void response.writeHead(503, { "Content-Type": "application/json" }).write('{"error'),
};

let open = 0;
const api = await startApiServer({
  markMessagesAsRead({ params }, response) {
    open += 1;
    response.on("close", () => (open -= 1));
    PHASES[params["order_id"] ?? ""]?.(response);
  },
});
const baseUrl = api.url;

const collecting = setInterval(() => globalThis.gc?.(), 5);
const patient = createChatClient({ accessToken: "t", baseUrl, maxRetries: 0, timeoutMs: 60_000 });
const hasty = createChatClient({ accessToken: "t", baseUrl, maxRetries: 0, timeoutMs: LIMIT_MS });

/** @type {Record<string, string>} */
const outcomes = {};
for (const phase of Object.keys(PHASES)) {
  outcomes[`time limit, ${phase}`] = await outcomeOf(() => hasty.markMessagesAsRead(phase));
  outcomes[`caller's controller, ${phase}`] = await outcomeOf(() => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("mine")), LIMIT_MS);
    return patient.markMessagesAsRead(phase, { signal: controller.signal });
  });
  // Nothing but the client keeps this signal.
  outcomes[`caller's AbortSignal.timeout, ${phase}`] = await outcomeOf(() =>
    patient.markMessagesAsRead(phase, { signal: AbortSignal.timeout(LIMIT_MS) }),
  );
}
// To see that there is garbage to be lost: what a client must not do.
outcomes["control: a Request that nothing keeps"] = await outcomeOf(() => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("mine")), LIMIT_MS);
  const url = `${baseUrl}/v2/post_checkout/chat/silence/messages`;
  return fetch(new Request(new Request(url, { method: "PUT", signal: controller.signal })));
});

clearInterval(collecting);
await api.close();
console.log(JSON.stringify(outcomes));

/**
 * @param {() => Promise<unknown>} call
 * @returns {Promise<string>} the error's name, and whether the request was ended too
 */
async function outcomeOf(call) {
  let timer;
  const name = await Promise.race([
    call().then(
      () => "resolved",
      (error) => (error.message === "mine" ? "mine" : error.name),
    ),
    new Promise((resolve) => (timer = setTimeout(resolve, GIVE_UP_MS, "lost"))),
  ]);
  clearTimeout(timer);
  for (let wait = 0; open > 0 && wait < 100; wait += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  return open > 0 && name !== "lost" ? `${name}, but the request goes on` : name;
}
