import type { AccessToken } from "../../index.js";
import type { Order } from "./order.js";
import { User } from "./user.js";

/** The orders that wait to be sent. */
export class OrderQueue {
  /** Those with orders left. */
  readonly users = new Map<string | undefined, User>();
  readonly #fresh: Order[]; // Not looked at yet; the next one last.
  readonly #waiting = new Map<User, Set<Order>>(); // Those that have to wait, or had to, for themselves or for their user.

  constructor(orders: readonly Order[], tokenOf: (userId: string | undefined) => AccessToken) {
    this.#fresh = orders.toReversed();
    for (const { userId } of orders) {
      const user = this.users.get(userId) ?? new User(tokenOf(userId));
      this.users.set(userId, user);
      user.left += 1;
    }
  }

  userOf({ userId }: Order): User {
    return this.users.get(userId) as User; // Whoever has an order left is known.
  }

  /** Adds an order that is to be sent again, or later. */
  add(order: Order): void {
    const user = this.userOf(order);
    this.#waiting.set(user, (this.#waiting.get(user) ?? new Set()).add(order));
  }

  /** Takes the next order that may be sent. */
  take(now: number): Order | undefined {
    for (const [user, orders] of this.#waiting)
      if (user.readyAt <= now) for (const order of orders) if (order.retryAt <= now) return this.#remove(order);
    for (let order = this.#fresh.pop(); order; order = this.#fresh.pop()) {
      if (this.userOf(order).readyAt <= now) return order;
      this.add(order);
    }
    return undefined;
  }

  /** Takes an order for a trial: at random among those not sent yet, or else the one with the fewest attempts. */
  takeTrial(now: number, random: number): Order | undefined {
    const orders = [...this.orders()].filter((order) => this.#readyAt(order, "waitsUntil") <= now);
    const unsent = orders.filter(({ attempts }) => attempts === 0);
    const [fewest] = orders.toSorted((one, other) => one.attempts - other.attempts);
    const order = unsent[Math.floor(random * unsent.length)] ?? fewest;
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

  /** Notes that an order has its result. */
  finish(order: Order): void {
    const user = this.userOf(order);
    user.left -= 1;
    if (user.left === 0) this.users.delete(order.userId);
  }

  *orders(): Generator<Order> {
    yield* this.#fresh;
    for (const orders of this.#waiting.values()) yield* orders;
  }

  #readyAt(order: Order, by: "retryAt" | "waitsUntil"): number {
    return Math.max(order[by], this.userOf(order).readyAt);
  }

  #remove(order: Order): Order {
    const user = this.userOf(order);
    const orders = this.#waiting.get(user);
    if (!orders?.delete(order)) this.#fresh.splice(this.#fresh.indexOf(order), 1);
    else if (orders.size === 0) this.#waiting.delete(user);
    return order;
  }
}
