import { setAlarm } from "./alarm.js";

/**
 * Waits.
 *
 * @throws the reason of `signal`, as soon as it aborts
 */
export async function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (!signal?.aborted) await new Promise<void>((resolve) => setAlarm(ms, signal, resolve));
  if (signal?.aborted) throw signal.reason;
}
