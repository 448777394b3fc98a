import type { AccessToken, MessagesRead } from "../../index.js";
import type { Clock } from "../clock.js";
import { formatDuration } from "../duration.js";
import { errorMessage, plural } from "../text.js";
import { CircuitBreaker, type SentRequest } from "./circuit-breaker.js";
import { classify, mayHaveMarked } from "./failure.js";
import type { Order, Outcome } from "./order.js";
import { OrderQueue } from "./order-queue.js";
import { RateLimiter } from "./rate-limiter.js";
import type { User } from "./user.js";

const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 30_000;
const YEAR_MS = 365 * 24 * 3_600_000;

export interface SchedulerSettings {
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly concurrency: number;
  /** How many requests may be sent in a second. */
  readonly rate: number;
  /** How many requests may be sent for an order. */
  readonly maxAttempts: number;
  readonly maxOutageMs: number;
  /** The token of a user, or the run's own. */
  readonly tokenOf: (userId: string | undefined) => AccessToken;
  /** Sends one request. */
  readonly mark: (orderId: string, accessToken: string, signal: AbortSignal) => Promise<MessagesRead>;
  /** Takes the result of an order. Its place is free once that is done. */
  readonly onResult: (order: Order, outcome: Outcome) => void | Promise<void>;
  /** Called when the circuit breaker opens, and after each trial that failed. */
  readonly onOutage: (waitMs: number, error: unknown) => void;
  readonly onRecovery: (outageMs: number) => void;
}

/**
 * Sends orders until each has a result. All that waits, waits here: for a place, for the rate, for the back-off of an
 * order, for the `Retry-After` of an order or a user, and for the circuit breaker.
 */
export class Scheduler {
  /** The requests that have no response yet. */
  readonly inFlight = new Map<SentRequest, AbortController>();
  readonly #settings: SchedulerSettings;
  readonly #breaker = new CircuitBreaker();
  readonly #limiter: RateLimiter;
  readonly #queue: OrderQueue;
  #underWay = 0; // Orders with a request in flight, or with a result on its way out.
  #stopReason: string | undefined;
  #outageError: unknown;
  #wake = () => {};

  constructor(orders: readonly Order[], settings: SchedulerSettings) {
    this.#settings = settings;
    this.#limiter = new RateLimiter(settings.rate, this.#now);
    this.#queue = new OrderQueue(orders, settings.tokenOf);
  }

  /** How long nothing can be sent, because of `Retry-After` or the circuit breaker. */
  get waitMs(): number {
    const times = [this.#breaker.readyAt, this.#retryAfterEnds].filter(Number.isFinite);
    return Math.max(0, ...times.map((time) => time - this.#now));
  }

  /** @returns why it stopped early, or `undefined` if every order has a result */
  async run(): Promise<string | undefined> {
    while (this.#underWay > 0 || (this.#stopReason === undefined && this.#queue.users.size > 0)) {
      const next = this.#stopReason === undefined ? this.#next() : Infinity;
      if (typeof next === "number") await this.#sleepUntil(next);
      else void this.#process(next);
    }
    return this.#stopReason;
  }

  /** Starts nothing any more. Requests in flight go on, and their results count. */
  stop(reason: string): void {
    this.#stopReason ??= reason;
    this.#wake();
  }

  /** Aborts requests in flight. Their orders get no result. */
  abort(isConcerned: (request: SentRequest) => boolean = () => true): void {
    for (const [request, controller] of this.inFlight) if (isConcerned(request)) controller.abort();
  }

  get #now(): number {
    return this.#settings.clock.now();
  }

  /** The order to send now, or else when to look again, unless a request ends before. */
  #next(): Order | number {
    const { maxOutageMs } = this.#settings;
    const { failingSince } = this.#breaker;
    const outageMs = this.#now - failingSince;
    if (outageMs >= maxOutageMs) {
      const reason = errorMessage(this.#outageError);
      this.stop(`stopped, because the API has failed for ${formatDuration(outageMs)}: ${reason}`);
      this.abort(({ trialOf }) => trialOf !== undefined);
      return this.#now;
    }
    const next = this.#findNext();
    if (typeof next !== "number") return next;
    const waitMs = this.#retryAfterEnds - this.#now;
    if (waitMs <= maxOutageMs || waitMs === Infinity) return Math.min(next, failingSince + maxOutageMs);
    const until = () => `until ${new Date(Date.now() + waitMs).toISOString().replace(/\.\d+/, "")}`;
    const howLong = waitMs > YEAR_MS ? "for more than a year" : until(); // `Date` has no room for any number.
    const orders = plural([...this.#queue.orders()].length, "order");
    this.stop(`stopped, because Retry-After keeps ${orders} waiting ${howLong}, longer than --max-outage`);
    return this.#now;
  }

  #findNext(): Order | number {
    if (this.#underWay >= this.#settings.concurrency) return Infinity;
    const { isOpen, readyAt } = this.#breaker;
    if (readyAt > this.#now) return readyAt;
    const order = isOpen ? this.#queue.takeTrial(this.#now, this.#settings.random) : this.#queue.take(this.#now);
    if (!order) return this.#queue.readyAt(isOpen ? "waitsUntil" : "retryAt", this.#now);
    if (this.#limiter.nextAt <= this.#now || this.#queue.userOf(order).failure) return order;
    this.#queue.add(order);
    return this.#limiter.nextAt;
  }

  /** When the first order may be sent as far as `Retry-After` is concerned; 0 while one is under way, whose end may change it. */
  get #retryAfterEnds(): number {
    return this.#underWay > 0 ? 0 : this.#queue.readyAt("waitsUntil", this.#now);
  }

  #sleepUntil(time: number): Promise<void> {
    return new Promise((resolve) => {
      const waitMs = Math.ceil(Math.max(0, time - this.#now)); // Less than a millisecond could be lost in rounding, forever.
      const cancel = waitMs < Infinity ? this.#settings.clock.after(waitMs, resolve) : () => {};
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  async #process(order: Order): Promise<void> {
    this.#underWay += 1;
    const user = this.#queue.userOf(order);
    const outcome = user.failure ?? (await this.#send(order, user));
    if (outcome) {
      await this.#settings.onResult(order, outcome);
      this.#queue.finish(order);
    } else this.#queue.add(order);
    this.#underWay -= 1;
    this.#wake();
  }

  /** Sends one request: for the order's messages, or for the token that this needs. Returns what becomes of the order. */
  async #send(order: Order, user: User): Promise<Outcome | undefined> {
    const controller = new AbortController();
    const request = this.#breaker.sent(user, order.attempts === 0);
    const isTokenRequest = user.needsToken;
    const end = user.start();
    this.inFlight.set(request, controller);
    this.#limiter.take(this.#now);
    let token: string | undefined;
    try {
      token = await user.getToken(controller.signal);
      if (!isTokenRequest) order.attempts += 1;
      const data = isTokenRequest ? undefined : await this.#settings.mark(order.orderId, token, controller.signal);
      this.#succeeded(request, user);
      if (data) user.tokenAccepted(token);
      return data && { data };
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      if (token === undefined) order.attempts += 1; // Otherwise it is already counted.
      order.mayBeMarked ||= mayHaveMarked(error);
      return this.#failed(order, user, request, error, token);
    } finally {
      this.inFlight.delete(request);
      end();
    }
  }

  #succeeded(request: SentRequest, user: User): void {
    user.succeeded();
    const { failingSince } = this.#breaker;
    this.#limiter.accepted(this.#now);
    this.#breaker.succeeded(request);
    if (failingSince < Infinity && !this.#breaker.isOpen) this.#settings.onRecovery(this.#now - failingSince);
  }

  /** @returns `undefined` if the order is to be sent again */
  #failed(order: Order, user: User, request: SentRequest, error: unknown, token = ""): Outcome | undefined {
    const { kind, isRateLimit, retryAfterMs } = classify(error);
    const hasAttempts = order.attempts < this.#settings.maxAttempts;
    if (kind === "transient") {
      const now = this.#now; // The same for all that is said of it.
      const hasSeveralUsers = this.#queue.users.size > 1;
      if (isRateLimit) this.#limiter.rejected(now, user, hasSeveralUsers);
      if (isRateLimit && retryAfterMs > 0) user.waitUntil(now + retryAfterMs);
      if (!isRateLimit) order.waitsUntil = now + retryAfterMs;
      order.retryAt = Math.max(order.waitsUntil, now + backoff(order.attempts, this.#settings.random()));
      if (hasSeveralUsers) user.failed(now);
      if (this.#breaker.failed(request, now, retryAfterMs, () => this.#queue.othersThan(user, now))) {
        this.#outageError = error;
        this.#settings.onOutage(this.#breaker.readyAt - now, error);
      }
      return hasAttempts ? undefined : { error };
    }
    if (kind !== "run") this.#succeeded(request, user); // The API has responded.
    if (kind === "order") return { error };
    if (kind === "token" && user.tokenRejected(token) && hasAttempts) return undefined;
    if (kind !== "run" && order.userId !== undefined) return (user.failure = { error });
    this.stop(`stopped, because waiting cannot help: ${errorMessage(error)}`);
    return undefined;
  }
}

/** 1 s, doubled with each attempt, at most 30 s, and jittered. */
function backoff(attempts: number, random: number): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempts - 1)) * (0.75 + random / 2);
}
