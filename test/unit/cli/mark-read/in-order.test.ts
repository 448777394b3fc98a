import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { inOrder } from "../../../../src/cli/mark-read/in-order.js";

const never = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when the test says so. */
function manualWork() {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const work = (item: number) => {
    begun.push(item);
    return new Promise<string>((resolve) => ends.set(item, () => resolve(`result ${item}`)));
  };
  return { begun, work, end: (item: number) => ends.get(item)?.() };
}

async function* numbers(count: number, read: (item: number) => void = () => {}): AsyncGenerator<number> {
  for (let item = 1; item <= count; item += 1) {
    read(item);
    yield item;
  }
}

/** Takes results as they come. */
function take<T>(results: AsyncIterable<T>): { taken: T[]; finished: Promise<void> } {
  const taken: T[] = [];
  const finished = (async () => {
    for await (const result of results) taken.push(result);
  })();
  finished.catch(() => {});
  return { taken, finished };
}

test("results arrive in the order of the items, each as soon as it and all earlier ones are ready", async () => {
  const { work, end } = manualWork();
  const { taken, finished } = take(inOrder(numbers(3), work, { concurrency: 3, window: 9 }, never));
  await settled();
  end(2);
  await settled();
  expect(taken).toEqual([]);
  end(1);
  await settled();
  expect(taken).toEqual(["result 1", "result 2"]);
  end(3);
  await finished;
  expect(taken).toEqual(["result 1", "result 2", "result 3"]);
});

test("as many items as allowed are in progress, and none is taken from the source before it can start", async () => {
  const read: number[] = [];
  const { work, begun, end } = manualWork();
  take(
    inOrder(
      numbers(9, (item) => read.push(item)),
      work,
      { concurrency: 2, window: 9 },
      never,
    ),
  );
  await settled();
  expect([begun, read]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  end(2); // Though the first is still under way, there is room again.
  await settled();
  expect([begun, read]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test("work that has stepped aside makes room for one other, not for another one when it ends", async () => {
  const { work, begun, end } = manualWork();
  const stepping = (item: number, stepAside: () => void) => {
    if (item === 1) for (const _ of [1, 2]) stepAside();
    return work(item);
  };
  take(inOrder(numbers(9), stepping, { concurrency: 1, window: 9 }, never));
  await settled();
  expect(begun).toEqual([1, 2]);
  end(1);
  await settled();
  expect(begun).toEqual([1, 2]);
  end(2);
  await settled();
  expect(begun).toEqual([1, 2, 3]);
});

test("the window limits how many results wait for a slow one", async () => {
  const { work, begun, end } = manualWork();
  const { taken } = take(inOrder(numbers(100), work, { concurrency: 2, window: 5 }, never));
  for (let item = 2; item <= 100; item += 1) {
    await settled();
    end(item);
  }
  await settled();
  expect(begun).toEqual([1, 2, 3, 4, 5]);
  end(1);
  await settled();
  expect(taken).toHaveLength(5);
  expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("nothing starts while nobody takes results", async () => {
  const { work, begun, end } = manualWork();
  const results = inOrder(numbers(9), work, { concurrency: 1, window: 9 }, never);
  const first = results.next();
  await settled();
  end(1);
  expect(await first).toEqual({ done: false, value: "result 1" });
  const seen = begun.length;
  end(2);
  await settled();
  end(3);
  await settled();
  expect(begun).toHaveLength(seen);
});

test("results arrive while the source has no next item yet", async () => {
  const { work, end } = manualWork();
  async function* slow() {
    yield 1;
    await new Promise(() => {});
  }
  const { taken } = take(inOrder(slow(), work, { concurrency: 2, window: 9 }, never));
  await settled();
  end(1);
  await settled();
  expect(taken).toEqual(["result 1"]);
});

test("after an abort, nothing more starts, and the results of work in progress still arrive", async () => {
  const controller = new AbortController();
  const { work, begun, end } = manualWork();
  const { taken, finished } = take(inOrder(numbers(9), work, { concurrency: 2, window: 9 }, controller.signal));
  await settled();
  controller.abort();
  end(2);
  await settled();
  end(1);
  await finished;
  expect([begun, taken]).toEqual([
    [1, 2],
    ["result 1", "result 2"],
  ]);
});

test("an abort while the source has no next item takes effect at once, and that item never starts", async () => {
  const controller = new AbortController();
  const { work, begun } = manualWork();
  let give = (_: number) => {};
  async function* slow() {
    yield await new Promise<number>((resolve) => (give = resolve));
  }
  const { finished } = take(inOrder(slow(), work, { concurrency: 2, window: 9 }, controller.signal));
  await settled();
  controller.abort();
  await finished;
  give(1);
  await settled();
  expect(begun).toEqual([]);
});

test("an error from the source is thrown after the results of the earlier items", async () => {
  const { work, end } = manualWork();
  async function* broken() {
    yield 1;
    throw new Error("broken");
  }
  const { taken, finished } = take(inOrder(broken(), work, { concurrency: 2, window: 9 }, never));
  await settled();
  end(1);
  await expect(finished).rejects.toThrow("broken");
  expect(taken).toEqual(["result 1"]);
});

test("without items, there are no results", async () => {
  const { taken, finished } = take(inOrder(numbers(0), manualWork().work, { concurrency: 2, window: 9 }, never));
  await finished;
  expect(taken).toEqual([]);
});

test("items are read from the source one at a time, and no more after it has failed", async () => {
  const asked: ((result: IteratorResult<number>) => void)[] = [];
  let reject = (_: Error) => {};
  const source = {
    next: () =>
      new Promise<IteratorResult<number>>((resolve, fail) => {
        asked.push(resolve);
        reject = fail;
      }),
  };
  const { work, end } = manualWork();
  const { finished } = take(inOrder(source, work, { concurrency: 3, window: 9 }, never));
  await settled();
  asked[0]?.({ value: 1 });
  await settled();
  end(1);
  await settled();
  expect(asked).toHaveLength(2);
  asked[1]?.({ value: 2 });
  await settled();
  reject(new Error("broken"));
  await settled();
  end(2);
  await expect(finished).rejects.toThrow("broken");
  expect(asked).toHaveLength(3);
});

test("no listener is left on the signal", async () => {
  const { signal } = new AbortController();
  const { work, end } = manualWork();
  const { finished } = take(inOrder(numbers(1), work, { concurrency: 1, window: 1 }, signal));
  await settled();
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  end(1);
  await finished;
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});
