import type { AccessToken } from "../../index.js";
import type { OtherUsers } from "./circuit-breaker.js";
import type { Order } from "./order.js";
import { User } from "./user.js";

/** The orders that wait to be sent. */
export class OrderQueue {
  /** Those with orders left. */
  readonly users = new Map<string | undefined, User>();
  readonly #unsent: Order[]; // The next one last.
  readonly #parked = new Map<User, Order[]>(); // Unsent, too, but their user had to wait.
  readonly #retries = new Set<Order>();
  #nextRetryAt = Infinity; // None of them has an earlier `retryAt`.

  constructor(orders: readonly Order[], tokenOf: (userId: string | undefined) => AccessToken) {
    this.#unsent = orders.toReversed();
    for (const [position, order] of orders.entries()) {
      const { userId } = order;
      order.position = position;
      const user = this.users.get(userId) ?? new User(() => tokenOf(userId));
      this.users.set(userId, user);
      user.left += 1;
    }
  }

  userOf({ userId }: Order): User {
    return this.users.get(userId) as User; // Whoever has an order left is known.
  }

  /** Puts an order back: one that was sent waits for its `retryAt`, any other keeps its position. */
  add(order: Order): void {
    if (order.attempts === 0) return this.#park(order);
    this.#retries.add(order);
    this.#nextRetryAt = Math.min(this.#nextRetryAt, order.retryAt);
  }

  /** Takes the next order that may be sent: first those whose back-off is over, then the others in their sequence. */
  take(now: number): Order | undefined {
    const retry = this.#takeRetry(now);
    if (retry) return retry;
    this.#unpark(now);
    for (let order = this.#unsent.pop(); order; order = this.#unsent.pop()) {
      if (this.userOf(order).readyAt <= now) return order;
      this.#park(order);
    }
    return undefined;
  }

  /**
   * Takes an order for a trial: one not sent yet of a user picked at random, since it may be one user's orders only that
   * fail; or else the one with the fewest attempts.
   */
  takeTrial(now: number, random: () => number): Order | undefined {
    this.#unpark(now);
    const ready = [...this.orders()].filter((order) => this.#readyAt(order, "waitsUntil") <= now);
    const unsent = ready.filter(({ attempts }) => attempts === 0);
    const [fewest] = ready.sort((one, other) => one.attempts - other.attempts);
    const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)];
    const user = pick([...new Set(unsent.map((order) => this.userOf(order)))]);
    const order = pick(unsent.filter((order) => this.userOf(order) === user)) ?? fewest;
    return order && this.#remove(order);
  }

  /** When the first order may be sent: by its `retryAt`, or as far as `Retry-After` is concerned by its `waitsUntil`. */
  readyAt(by: "retryAt" | "waitsUntil", now: number): number {
    let earliest = Infinity;
    for (const order of this.orders()) {
      earliest = Math.min(earliest, this.#readyAt(order, by));
      if (earliest <= now) break;
    }
    return earliest;
  }

  /** Whether other users have orders left, and whether one of those that were not sent yet may be. */
  othersThan(user: User, now: number): OtherUsers {
    if (this.users.size === 1) return "none";
    const isReady = (other: User) => other !== user && other.readyAt <= now;
    const areReady =
      this.#unsent.some((order) => isReady(this.userOf(order))) || [...this.#parked.keys()].some(isReady);
    return areReady ? "ready" : "waiting";
  }

  /** Notes that an order has its result. */
  finish(order: Order): void {
    const user = this.userOf(order);
    user.left -= 1;
    if (user.left === 0) this.users.delete(order.userId);
  }

  *orders(): Generator<Order> {
    yield* this.#retries;
    yield* this.#unsent;
    for (const orders of this.#parked.values()) yield* orders;
  }

  #readyAt(order: Order, by: "retryAt" | "waitsUntil"): number {
    return Math.max(order[by], this.userOf(order).readyAt);
  }

  /** Looks at none before the first one's back-off is over, since there may be very many. */
  #takeRetry(now: number): Order | undefined {
    if (this.#nextRetryAt > now) return undefined;
    this.#nextRetryAt = Infinity;
    for (const order of this.#retries) {
      this.#nextRetryAt = Math.min(this.#nextRetryAt, order.retryAt);
      if (this.#readyAt(order, "retryAt") <= now) return this.#remove(order);
    }
    return undefined;
  }

  #park(order: Order): void {
    const user = this.userOf(order);
    const orders = this.#parked.get(user) ?? [];
    this.#parked.set(user, orders);
    orders.push(order);
  }

  /** Merges orders of users who need not wait any more into the sequence. */
  #unpark(now: number): void {
    const orders: Order[] = [];
    for (const [user, parked] of this.#parked) {
      if (user.readyAt > now) continue;
      this.#parked.delete(user);
      for (const order of parked) orders.push(order);
    }
    const end = orders.reduce((latest, { position }) => Math.max(latest, position), 0);
    while ((this.#unsent.at(-1)?.position ?? end) < end) orders.push(this.#unsent.pop() as Order);
    for (const order of orders.sort((one, other) => other.position - one.position)) this.#unsent.push(order);
  }

  #remove(order: Order): Order {
    if (!this.#retries.delete(order)) this.#unsent.splice(this.#unsent.indexOf(order), 1);
    return order;
  }
}
