import { expect, test } from "vitest";
import { OrderQueue } from "../../../../src/cli/mark-read/order-queue.js";
import type { Order } from "../../../../src/cli/mark-read/order.js";
import { toOrder } from "../../../support/simulated-api.js";

const queueOf = (...ids: string[]) => {
  const orders = ids.map(toOrder);
  return { queue: new OrderQueue(orders, () => "a-token"), orders };
};
const takeAll = (queue: OrderQueue, now = 0) => {
  const taken: (string | undefined)[] = [];
  for (let order = queue.take(now); order; order = queue.take(now)) taken.push(order.orderId);
  return taken;
};
const failed = (order: Order | undefined, attempts: number, retryAt: number, waitsUntil = 0) =>
  Object.assign(order as Order, { attempts, retryAt, waitsUntil });

test("orders are taken in the sequence of the input, those of a user who had to wait included", () => {
  const { queue, orders } = queueOf("u1/a", "u2/b", "u1/c", "u2/d", "u1/e");
  const [a, b] = orders as [Order, Order];
  queue.userOf(a).waitUntil(10);
  expect([queue.take(9)?.orderId, queue.readyAt("retryAt", 9)]).toEqual(["b", 0]);
  queue.userOf(b).waitUntil(20);
  expect([takeAll(queue, 9), queue.readyAt("retryAt", 9)]).toEqual([[], 10]);
  expect(takeAll(queue, 20)).toEqual(["a", "c", "d", "e"]);
});

test("an order that is put back keeps its place if it was not sent, and waits for its time otherwise", () => {
  const { queue } = queueOf("a", "b", "c");
  const a = queue.take(0) as Order;
  queue.add(a);
  expect(queue.take(0)).toBe(a);
  queue.add(failed(a, 1, 5));
  expect([queue.take(4)?.orderId, queue.take(5)?.orderId, queue.take(5)?.orderId]).toEqual(["b", "a", "c"]);
  expect([queue.take(9), queue.readyAt("retryAt", 9)]).toEqual([undefined, Infinity]);
});

test("a trial takes any order that was not sent yet, at random, or else the one with the fewest attempts", () => {
  const { queue, orders } = queueOf("u1/a", "u2/b", "u2/c", "u2/d");
  queue.add(failed(queue.take(0), 3, 9));
  queue.userOf(orders[1] as Order).waitUntil(5);
  expect([queue.takeTrial(4, () => 0.99)?.orderId, queue.takeTrial(4, () => 0)]).toEqual(["a", undefined]);
  queue.add(failed(orders[0], 3, 9, 6));
  expect([queue.takeTrial(5, () => 0.99), queue.takeTrial(5, () => 0.5)].map((order) => order?.orderId)).toEqual([
    "b",
    "c",
  ]);
  queue.add(failed(queue.take(5), 4, 99));
  expect([queue.takeTrial(5, () => 0)?.orderId, queue.readyAt("waitsUntil", 5), queue.readyAt("retryAt", 5)]).toEqual([
    "d",
    6,
    9,
  ]);
  queue.add(orders[1] as Order);
  expect([queue.takeTrial(6, () => 0)?.orderId, queue.takeTrial(6, () => 0)?.orderId]).toEqual(["b", "a"]);
  for (const [index, attempts] of [4, 3, 5].entries()) queue.add(failed(orders[index], attempts, 9));
  expect([1, 2, 3].map(() => queue.takeTrial(9, () => 0)?.attempts)).toEqual([3, 4, 5]);
});

test("of other users it says whether there are any, and whether an order of theirs may be sent for the first time", () => {
  const { queue, orders } = queueOf("u1/a", "u2/b", "u2/c");
  const [a, b, c] = orders as [Order, Order, Order];
  const [u1, u2] = [queue.userOf(a), queue.userOf(b)];
  expect([queue.othersThan(u1, 0), queue.othersThan(u2, 0)]).toEqual(["ready", "ready"]);
  queue.add(failed(queue.take(0), 1, 9)); // u1 has only an order in back-off.
  expect([queue.othersThan(u2, 9), queue.othersThan(u1, 9)]).toEqual(["waiting", "ready"]);
  u2.waitUntil(5);
  expect([queue.take(4), queue.othersThan(u1, 4), queue.othersThan(u1, 5)]).toEqual([undefined, "waiting", "ready"]);
  queue.finish(b);
  queue.finish(c);
  expect([queue.othersThan(u1, 5), queue.users.size]).toEqual(["none", 1]);
});
