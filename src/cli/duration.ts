import { InvalidArgumentError } from "commander";

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const MAX_TIMEOUT_MS = 24 * UNITS.h;

/** Reads a duration with its unit, such as `500ms`, in milliseconds. @throws InvalidArgumentError */
export function parseDuration(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (unit) return Number(amount) * UNITS[unit as keyof typeof UNITS];
  throw new InvalidArgumentError(
    /^\d+(\.\d+)?$/.test(text)
      ? `A duration needs a unit: ${text}ms, ${text}s, ${text}m or ${text}h.`
      : "Write a duration as 500ms, 3s, 5m or 2h.",
  );
}

/** Reads the time limit for a request, in whole milliseconds. @throws InvalidArgumentError */
export function parseTimeout(text: string): number {
  const timeoutMs = Math.round(parseDuration(text));
  if (timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS) return timeoutMs;
  throw new InvalidArgumentError("Expected 1ms to 24h.");
}

/** @returns for example `500 ms`, `3.2 s`, `5 min 20 s` or `2 h 5 min` */
export function formatDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (Math.round(durationMs) < 1000) return `${Math.round(durationMs)} ms`;
  if (seconds < 60) return `${(durationMs / 1000).toFixed(1).replace(/\.0$/, "")} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @returns for example `0.5/s` or `48/s` */
export function formatRate(perSecond: number): string {
  return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`;
}
