import type { AccessToken } from "../../index.js";
import type { Order } from "./order.js";
import { User } from "./user.js";

const TRIES_TO_PICK = 20;

/** The orders that wait to be sent. */
export class OrderQueue {
  /** Those with orders left. */
  readonly users = new Map<string | undefined, User>();
  readonly #unsent: Order[]; // The next one last.
  readonly #parked = new Map<User, Order[]>(); // Unsent, too, but their user had to wait. The next one first.
  readonly #retries = new Set<Order>();

  constructor(orders: readonly Order[], tokenOf: (userId: string | undefined) => AccessToken) {
    this.#unsent = orders.toReversed();
    for (const { userId } of orders) {
      const user = this.users.get(userId) ?? new User(() => tokenOf(userId));
      this.users.set(userId, user);
      user.left += 1;
    }
  }

  userOf({ userId }: Order): User {
    return this.users.get(userId) as User; // Whoever has an order left is known.
  }

  /** Puts an order back: one that was sent waits for its `retryAt`, any other is the next one of its user. */
  add(order: Order): void {
    if (order.attempts > 0) this.#retries.add(order);
    else this.#parkedOf(order).unshift(order);
  }

  /** Takes the next order that may be sent: first those whose back-off is over, then the others in their sequence. */
  take(now: number): Order | undefined {
    for (const order of this.#retries) if (this.#readyAt(order, "retryAt") <= now) return this.#remove(order);
    for (const [user, orders] of this.#parked) if (user.readyAt <= now) this.#unpark(user, orders);
    for (let order = this.#unsent.pop(); order; order = this.#unsent.pop()) {
      if (this.userOf(order).readyAt <= now) return order;
      this.#parkedOf(order).push(order);
    }
    return undefined;
  }

  /** Takes an order for a trial: at random among those not sent yet, or else the one with the fewest attempts. */
  takeTrial(now: number, random: () => number): Order | undefined {
    const mayBeSent = (order: Order) => this.#readyAt(order, "waitsUntil") <= now;
    for (let tries = 0; tries < TRIES_TO_PICK; tries += 1) {
      const index = Math.floor(random() * this.#unsent.length);
      const order = this.#unsent[index];
      if (order && mayBeSent(order)) return this.#unsent.splice(index, 1)[0];
    }
    const [best] = [...this.orders()].filter(mayBeSent).sort((one, other) => one.attempts - other.attempts);
    return best && this.#remove(best);
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
    yield* this.#retries;
    yield* this.#unsent;
    for (const orders of this.#parked.values()) yield* orders;
  }

  #readyAt(order: Order, by: "retryAt" | "waitsUntil"): number {
    return Math.max(order[by], this.userOf(order).readyAt);
  }

  #parkedOf(order: Order): Order[] {
    const user = this.userOf(order);
    const orders = this.#parked.get(user) ?? [];
    this.#parked.set(user, orders);
    return orders;
  }

  #unpark(user: User, orders: Order[]): void {
    this.#parked.delete(user);
    for (let order = orders.pop(); order; order = orders.pop()) this.#unsent.push(order);
  }

  #remove(order: Order): Order {
    if (this.#retries.delete(order)) return order;
    const user = this.userOf(order);
    this.#unpark(user, this.#parked.get(user) ?? []);
    return this.#unsent.splice(this.#unsent.indexOf(order), 1)[0] as Order;
  }
}
