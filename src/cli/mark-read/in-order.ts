/** Limits on the work that is done ahead. */
export interface Limits {
  /** How many items may be in progress at once, not counting those that have stepped aside. */
  readonly concurrency: number;
  /** How many items may have started whose results nobody has taken yet. */
  readonly window: number;
}

/**
 * Works on several items at once and yields the results in the order of the items, each as soon as it and all earlier
 * ones are ready. It takes an item only when work on it can start, and starts no work while nobody takes results.
 *
 * @param work may call `stepAside` once, so that another item starts while it waits
 * @param signal stops the taking of items; work that has started is finished and its results are yielded
 * @throws what the source throws, after the results of the earlier items
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterator<Item>,
  work: (item: Item, stepAside: () => void) => Promise<Result>,
  { concurrency, window }: Limits,
  signal: AbortSignal,
): AsyncGenerator<Result> {
  const turns: { readonly result: Promise<Result>; isSettled: boolean }[] = [];
  let running = 0;
  let isReading = false;
  let hasEnded = false;
  let end = Promise.resolve();
  let wake = () => {};
  const stop = () => wake();
  signal.addEventListener("abort", stop);

  const begin = (item: Item) => {
    let isRunning = true;
    const stepAside = () => {
      if (isRunning) running -= 1;
      isRunning = false;
      wake();
    };
    running += 1;
    const turn = { result: work(item, stepAside), isSettled: false };
    const settle = () => {
      turn.isSettled = true;
      stepAside();
    };
    turns.push(turn);
    turn.result.then(settle, settle);
  };

  const read = async () => {
    isReading = true;
    try {
      const { done, value } = await items.next();
      if (done) hasEnded = true;
      else if (!signal.aborted) begin(value);
    } catch (error) {
      hasEnded = true;
      end = Promise.reject(error);
      end.catch(() => {}); // It is thrown when its turn comes.
    } finally {
      isReading = false;
      wake();
    }
  };

  try {
    for (;;) {
      const change = new Promise<void>((resolve) => (wake = resolve));
      const mayBegin = !hasEnded && !signal.aborted;
      if (mayBegin && !isReading && running < concurrency && turns.length < window) void read();
      if (turns[0]?.isSettled) yield turns.shift()!.result;
      else if (turns.length > 0 || mayBegin) await change;
      else return await end;
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
