import { expect, test } from "vitest";
import { User } from "../../../../src/cli/mark-read/user.js";

test("after eight failures in a row, orders go one at a time, until one succeeds", () => {
  const user = new User(() => "a-token");
  const readyAfterStart = () => {
    const end = user.start();
    const { readyAt } = user;
    end();
    return readyAt;
  };
  for (let times = 0; times < 7; times += 1) user.failed(5);
  expect(readyAfterStart()).toBe(0);
  user.failed(5);
  expect([user.readyAt, readyAfterStart(), readyAfterStart()]).toEqual([5, Infinity, 5]);
  user.failed(6);
  expect(readyAfterStart()).toBe(Infinity);
  user.succeeded();
  user.failed(7);
  expect(readyAfterStart()).toBe(6);
});
