import { Scheduler, type SchedulerSettings } from "../../src/cli/mark-read/scheduler.js";
import { createOrder, type Order, type Outcome } from "../../src/cli/mark-read/order.js";
import { createTokenProvider } from "../../src/oauth/index.js";
import { createChatClient, TimeoutError } from "../../src/index.js";
import { VirtualClock } from "./virtual-clock.js";

/** What the API does with a request: it responds after some time, or never does. */
export type Reply = { readonly response: Response | Error; readonly afterMs?: number } | "never";

/** A request as the API gets it. */
export interface SimulatedRequest {
  readonly orderId: string;
  readonly userId: string | undefined;
  readonly at: number;
  readonly isTokenRequest: boolean;
}

export const marked = (): Response => Response.json({ messages_read_count: 15 });

let issued = 0;

/** A token response, each with another token. */
export const newToken = (): Response =>
  Response.json({ access_token: `token-${(issued += 1)}`, token_type: "Bearer", expires_in: 86_400, created_at: 0 });

export const failing = (status: number, headers: Record<string, string> = {}): Response =>
  Response.json({ error: { message: "no", code: 1 } }, { status, headers });

/** The same random numbers each time. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Splits `user/order`. */
export const toOrder = (id: string): Order => {
  const [orderId = "", userId] = id.split("/").toReversed();
  return createOrder(orderId, userId);
};

interface Simulation {
  readonly ids: readonly string[];
  readonly api: (request: SimulatedRequest) => Reply;
  readonly latencyMs?: number;
  readonly timeoutMs?: number;
  readonly random?: () => number;
  readonly settings?: Partial<SchedulerSettings>;
  /** Whether users have tokens that must be requested; then the API gets these requests, too. */
  readonly withTokens?: boolean;
  /** Called once the scheduler is there. */
  readonly onStart?: (scheduler: Scheduler, clock: VirtualClock) => void;
}

/** Runs the scheduler in virtual time against an API that is a function. */
export async function simulate({
  ids,
  api,
  latencyMs = 15,
  timeoutMs = 10_000,
  random = randomFrom(1),
  settings,
  withTokens = false,
  onStart,
}: Simulation) {
  const clock = new VirtualClock();
  const requests: SimulatedRequest[] = [];
  const results = new Map<string, Outcome>();
  const orders = new Map<string, Order>();
  const finishedAt = new Map<string, number>();
  const events: string[] = [];
  let [inFlight, maxInFlight] = [0, 0];

  const respond = async (request: Omit<SimulatedRequest, "at">, signal: AbortSignal): Promise<Response> => {
    const sent = { ...request, at: clock.now() };
    requests.push(sent);
    inFlight += 1;
    maxInFlight = Math.max(maxInFlight, inFlight);
    try {
      const reply = api(sent);
      await clock.delay(reply === "never" ? timeoutMs : (reply.afterMs ?? latencyMs), signal);
      if (reply === "never") throw new TimeoutError(timeoutMs, true);
      if (!(reply.response instanceof Error)) return reply.response;
      throw reply.response;
    } finally {
      inFlight -= 1;
    }
  };

  const responses = new Map<string, Response>();
  const chat = createChatClient({
    accessToken: "a-token",
    baseUrl: "http://localhost",
    maxRetries: 0,
    fetch: (url) => {
      const response = responses.get(url.split("/")[6] ?? "");
      return response ? Promise.resolve(response) : Promise.reject(new TypeError("fetch failed"));
    },
  });
  // As a provider does: it keeps a token until it is rejected.
  const tokens = new Map<string | undefined, string>();
  const issueToken = async (userId: string | undefined, rejected: string | undefined, signal: AbortSignal) => {
    const known = tokens.get(userId);
    if (known !== undefined && known !== rejected) return known;
    const response = await respond({ orderId: "", userId, isTokenRequest: true }, signal);
    const provider = createTokenProvider({
      clientId: "client",
      clientSecret: "a-secret",
      baseUrl: "http://localhost",
      maxRetries: 0,
      fetch: () => Promise.resolve(response),
    });
    const token = await provider.forUser(userId ?? "own")({ signal });
    tokens.set(userId, token);
    return token;
  };
  const users = new Map<string, string | undefined>(ids.map((id) => [toOrder(id).orderId, toOrder(id).userId]));
  const scheduler = new Scheduler(ids.map(toOrder), {
    clock,
    random,
    concurrency: 8,
    rate: Infinity,
    maxAttempts: 5,
    maxOutageMs: 300_000,
    tokenOf: (userId) => (withTokens ? ({ rejected, signal }) => issueToken(userId, rejected, signal) : "a-token"),
    mark: async (orderId, accessToken, signal) => {
      responses.set(orderId, await respond({ orderId, userId: users.get(orderId), isTokenRequest: false }, signal));
      return (await chat.markMessagesAsRead(orderId, { accessToken })).data;
    },
    onResult: (order, outcome) => {
      if (results.has(order.orderId)) throw new Error(`${order.orderId} has two results`);
      results.set(order.orderId, outcome);
      orders.set(order.orderId, order);
      finishedAt.set(order.orderId, clock.now());
    },
    onOutage: (waitMs) => events.push(`outage, next trial in ${waitMs}`),
    onRecovery: (outageMs) => events.push(`recovery after ${outageMs}`),
    ...settings,
  });
  onStart?.(scheduler, clock);
  const stop = await clock.settle(scheduler.run());
  const failed = [...results].filter(([, outcome]) => "error" in outcome).map(([id]) => id);
  return {
    clock,
    scheduler,
    stop,
    requests,
    results,
    orders,
    finishedAt,
    failed,
    events,
    maxInFlight,
    now: clock.now(),
  };
}
