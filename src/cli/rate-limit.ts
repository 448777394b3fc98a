import pThrottle from "p-throttle";

/**
 * Spaces requests out evenly, without bursts.
 *
 * @returns a function that waits until one more request may be sent, and rejects once the signal has aborted
 */
export function rateLimit(perSecond: number | undefined, signal: AbortSignal): () => Promise<void> {
  if (perSecond === undefined) return async () => {};
  return pThrottle({ limit: 1, interval: 1000 / perSecond, signal })(async () => {});
}
