import type { AccessToken, MessagesRead } from "../../index.js";
import type { Clock } from "./clock.js";
import { CircuitBreaker } from "./circuit-breaker.js";
import { classify, mayHaveMarked, type Failure, type TransientFailure } from "./failure.js";
import type { Order, Outcome } from "./order.js";
import { RateLimiter } from "./rate-limiter.js";
import { User } from "./user.js";

const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 30_000;
const TRIES_TO_PICK = 20;

// Two users whose requests are rejected with a 429 within this time have met a limit of all users.
const COMMON_LIMIT_MS = 10_000;

export interface SchedulerSettings {
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** How many requests may be in flight. */
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

/** Why a run stopped although orders are left. */
export type Stop =
  | { readonly reason: "requested" }
  /** Every other request would fail, too. */
  | { readonly reason: "permanent"; readonly error: unknown }
  | { readonly reason: "outage"; readonly error: unknown; readonly outageMs: number }
  /** `Retry-After` exceeds what an outage may last. */
  | { readonly reason: "wait"; readonly waitMs: number };

/** A request in flight, or a result on its way out. */
interface Place {
  readonly controller: AbortController;
  readonly isTrial: boolean;
}

/**
 * Sends orders until each has a result. All that waits, waits here: for a place, for the rate, for the back-off of an
 * order, for the `Retry-After` of an order or a user, and for the circuit breaker.
 */
export class Scheduler {
  readonly #settings: SchedulerSettings;
  readonly #clock: Clock;
  readonly #breaker = new CircuitBreaker();
  readonly #limiter: RateLimiter;
  readonly #users = new Map<string | undefined, User>(); // Those with orders left.
  readonly #fresh: Order[]; // Not sent yet; the next one last.
  readonly #due: Order[] = []; // To be sent again; the next one last.
  readonly #backingOff = new Map<Order, () => void>(); // With what cancels the timer.
  readonly #waitingUsers = new Map<User, () => void>(); // Likewise.
  readonly #places = new Set<Place>();
  #reporting = 0; // How many of the places have a result on its way out.
  #stopped: Stop | undefined;
  #outageError: unknown;
  #lastLimited: { readonly user: User; readonly at: number } | undefined;
  #cancelWake = () => {};
  #cancelDeadline = () => {};
  #resolve: (stop: Stop | undefined) => void = () => {};

  constructor(orders: readonly Order[], settings: SchedulerSettings) {
    this.#settings = settings;
    this.#clock = settings.clock;
    this.#limiter = new RateLimiter(settings.rate, settings.clock);
    this.#fresh = orders.toReversed();
    for (const { userId } of orders) {
      if (!this.#users.has(userId)) this.#users.set(userId, new User(userId, settings.tokenOf));
      this.#userOf({ userId }).left += 1;
    }
  }

  /** How many requests have no response yet. */
  get inFlight(): number {
    return this.#places.size - this.#reporting;
  }

  /** How long every order left has to wait because of `Retry-After`; 0 if one need not. */
  get waitMs(): number {
    const now = this.#clock.now();
    let earliest = Infinity;
    for (const order of this.#places.size > 0 ? [] : this.#orders()) {
      earliest = Math.min(earliest, Math.max(order.waitsUntil, this.#userOf(order).waitsUntil));
      if (earliest <= now) return 0;
    }
    return earliest === Infinity ? 0 : earliest - now;
  }

  /** How long until the next trial; 0 while the breaker is closed. */
  get trialWaitMs(): number {
    return Math.max(0, (this.#breaker.trialAt ?? 0) - this.#clock.now());
  }

  /** @returns why it stopped early, or `undefined` if every order has a result */
  run(): Promise<Stop | undefined> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#dispatch();
    });
  }

  /** Starts nothing any more. Requests in flight go on, and their results count. */
  stop(stop: Stop = { reason: "requested" }): void {
    this.#stopped ??= stop;
    this.#cancelDeadline();
    for (const timers of [this.#backingOff, this.#waitingUsers]) for (const cancel of timers.values()) cancel();
    this.#dispatch();
  }

  /** Aborts requests in flight: all, or trials only. Their orders get no result. */
  abort(isConcerned: (place: { readonly isTrial: boolean }) => boolean = () => true): void {
    for (const place of this.#places) if (isConcerned(place)) place.controller.abort();
  }

  /** Starts what may start now, and comes back when more may. */
  #dispatch(): void {
    this.#cancelWake();
    while (!this.#stopped && this.#users.size > 0 && this.#places.size < this.#settings.concurrency) {
      const waitMs = this.#breaker.isOpen ? this.#startTrial() : this.#startNext();
      if (waitMs === 0) continue;
      if (this.waitMs > this.#settings.maxOutageMs) return this.stop({ reason: "wait", waitMs: this.waitMs });
      if (waitMs < Infinity) this.#cancelWake = this.#clock.after(waitMs, () => this.#dispatch());
      break;
    }
    if (this.#places.size === 0 && (this.#stopped || this.#users.size === 0)) this.#resolve(this.#stopped);
  }

  /** @returns 0 if an order was started, or how long to wait; `Infinity` if for something else than time */
  #startNext(): number {
    for (const orders of [this.#due, this.#fresh]) {
      for (let order = orders.pop(); order; order = orders.pop()) {
        const user = this.#userOf(order);
        if (!user.isBlocked(this.#clock.now())) return this.#start(order, false);
        user.parked.push(order);
        this.#wakeLater(user);
      }
    }
    return Infinity;
  }

  /** The same while the breaker is open. */
  #startTrial(): number {
    for (const { isTrial } of this.#places) if (isTrial) return Infinity;
    const waitMs = (this.#breaker.trialAt ?? 0) - this.#clock.now();
    if (waitMs > 0) return waitMs;
    const order = this.#pickTrial();
    if (order) return this.#start(order, true);
    return this.waitMs || Infinity;
  }

  /** Picks one of those that were not sent yet, at random, or else the one with the fewest attempts. */
  #pickTrial(): Order | undefined {
    const now = this.#clock.now();
    const mayBeSent = (order: Order | undefined): order is Order =>
      order !== undefined && order.waitsUntil <= now && !this.#userOf(order).isBlocked(now);
    const fresh = this.#fresh;
    let index = -1;
    for (let tries = 0; tries < TRIES_TO_PICK && !mayBeSent(fresh[index]); tries += 1)
      index = Math.floor(this.#settings.random() * fresh.length);
    if (!mayBeSent(fresh[index])) index = fresh.findIndex(mayBeSent);
    if (index >= 0) return fresh.splice(index, 1)[0];

    const order = [...this.#due, ...this.#backingOff.keys()]
      .filter(mayBeSent)
      .reduce<Order | undefined>((best, next) => (best && best.attempts <= next.attempts ? best : next), undefined);
    if (!order) return undefined;
    this.#backingOff.get(order)?.();
    if (!this.#backingOff.delete(order)) this.#due.splice(this.#due.indexOf(order), 1);
    return order;
  }

  /** @returns 0, or how long the rate makes the order wait; then it is the next one */
  #start(order: Order, isTrial: boolean): number {
    const user = this.#userOf(order);
    const waitMs = user.failure ? 0 : this.#limiter.waitMs();
    if (waitMs > 0) this.#enqueue(order);
    else void this.#process(order, user, isTrial && !user.failure);
    return Math.max(0, waitMs);
  }

  async #process(order: Order, user: User, isTrial: boolean): Promise<void> {
    const place: Place = { controller: new AbortController(), isTrial };
    this.#places.add(place);
    const outcome = user.failure ?? (await this.#attempt(order, user, place));
    if (outcome) {
      this.#reporting += 1;
      await this.#settings.onResult(order, outcome);
      this.#reporting -= 1;
      user.left -= 1;
      if (user.left === 0) this.#users.delete(order.userId);
    }
    this.#places.delete(place);
    this.#dispatch();
  }

  /** Sends one request: for the order's messages, or for the token that this needs. */
  async #attempt(order: Order, user: User, { controller, isTrial }: Place): Promise<Outcome | undefined> {
    const { signal } = controller;
    const isTokenRequest = user.needsToken;
    const end = user.start();
    this.#limiter.take();
    let token = "";
    try {
      token = await user.getToken(signal);
      const data = isTokenRequest ? undefined : await this.#mark(order, token, signal);
      this.#succeeded();
      if (data) user.tokenAccepted(token);
      else user.parked.unshift(order); // Before those that have waited for the token, too.
      return data && { data };
    } catch (error) {
      if (signal.aborted) return undefined;
      if (token === "") order.attempts += 1; // Otherwise it is already counted.
      if (mayHaveMarked(error)) order.mayBeMarked = true;
      const failure = classify(error);
      if (failure.kind === "transient") return this.#failed(order, user, failure, error, isTrial);
      return this.#rejected(order, user, failure, error, token);
    } finally {
      end();
      this.#unpark(user);
    }
  }

  #mark(order: Order, token: string, signal: AbortSignal): Promise<MessagesRead> {
    order.attempts += 1;
    return this.#settings.mark(order.orderId, token, signal);
  }

  #succeeded(): void {
    this.#limiter.accepted();
    const { isOpen, failingSince } = this.#breaker;
    this.#breaker.succeeded();
    if (!isOpen || failingSince === undefined) return;
    this.#cancelDeadline();
    this.#settings.onRecovery(this.#clock.now() - failingSince);
  }

  /** A failure that sending again does not mend. */
  #rejected(order: Order, user: User, { kind }: Failure, error: unknown, token: string): Outcome | undefined {
    if (kind === "run") {
      this.stop({ reason: "permanent", error });
      return undefined;
    }
    this.#succeeded();
    if (kind === "unauthorized" && user.tokenRejected(token) && order.attempts < this.#settings.maxAttempts) {
      this.#enqueue(order);
      return undefined;
    }
    if (kind === "order") return { error };
    if (order.userId !== undefined) return (user.failure = { error });
    this.stop({ reason: "permanent", error });
    return undefined;
  }

  #failed(
    order: Order,
    user: User,
    { isRateLimit, retryAfterMs }: TransientFailure,
    error: unknown,
    isTrial: boolean,
  ): Outcome | undefined {
    const now = this.#clock.now();
    if (isRateLimit) this.#limit(user, now);
    if (isRateLimit && retryAfterMs > 0) user.waitUntil(now + retryAfterMs);
    if (!isRateLimit) order.waitsUntil = now + retryAfterMs;
    this.#judge(order, user, retryAfterMs, error, isTrial);
    if (order.attempts >= this.#settings.maxAttempts) return { error };
    if (this.#stopped) return undefined;
    const backoffMs = backoff(order.attempts, this.#settings.random());
    const due = () => {
      this.#backingOff.delete(order);
      this.#enqueue(order);
      this.#dispatch();
    };
    this.#backingOff.set(order, this.#clock.after(Math.max(backoffMs, order.waitsUntil - now), due));
    return undefined;
  }

  /** Tells the breaker of a failure. */
  #judge(order: Order, user: User, retryAfterMs: number, error: unknown, isTrial: boolean): void {
    const now = this.#clock.now();
    const hasSeveralUsers = this.#users.size > 1;
    if (isTrial) this.#breaker.trialFailed(now);
    else if (order.attempts > 1 || !this.#breaker.failed({ user, hasSeveralUsers, retryAfterMs }, now)) return;
    const { trialAt, failingSince } = this.#breaker;
    if (trialAt === undefined || failingSince === undefined) return; // A late response has closed it.
    this.#outageError = error;
    this.#settings.onOutage(trialAt - now, error);
    if (isTrial) return;
    this.#cancelDeadline = this.#clock.after(Math.max(0, failingSince + this.#settings.maxOutageMs - now), () => {
      this.stop({ reason: "outage", error: this.#outageError, outageMs: this.#clock.now() - failingSince });
      this.abort(({ isTrial }) => isTrial);
    });
  }

  /** A limit that only one of several users has met does not slow down the others. */
  #limit(user: User, now: number): void {
    const last = this.#lastLimited;
    this.#lastLimited = { user, at: now };
    const isCommon = last !== undefined && last.user !== user && now - last.at < COMMON_LIMIT_MS;
    if (this.#users.size === 1 || isCommon) this.#limiter.rejected();
  }

  #userOf({ userId }: Pick<Order, "userId">): User {
    const user = this.#users.get(userId);
    if (!user) throw new Error("A user with orders left is known");
    return user;
  }

  *#orders(): Generator<Order> {
    yield* this.#due;
    yield* this.#fresh;
    yield* this.#backingOff.keys();
    for (const { parked } of this.#users.values()) yield* parked;
  }

  #enqueue(order: Order): void {
    (order.attempts === 0 ? this.#fresh : this.#due).push(order);
  }

  #unpark(user: User): void {
    if (user.isBlocked(this.#clock.now())) this.#wakeLater(user);
    else for (let order = user.parked.pop(); order; order = user.parked.pop()) this.#enqueue(order); // The first one last.
  }

  #wakeLater(user: User): void {
    const waitMs = user.waitsUntil - this.#clock.now();
    if (waitMs <= 0 || user.parked.length === 0 || this.#waitingUsers.has(user)) return;
    const wake = () => {
      this.#waitingUsers.delete(user);
      this.#unpark(user);
      this.#dispatch();
    };
    this.#waitingUsers.set(user, this.#clock.after(waitMs, wake));
  }
}

/** 1 s, doubled with each attempt, at most 30 s, and jittered. */
function backoff(attempts: number, random: number): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempts - 1)) * (0.75 + random / 2);
}
