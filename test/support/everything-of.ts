import { inspect } from "node:util";

/** Everything that a log, a debugger, a crash report or who knows its class could show of a value. */
export function everythingOf(value: unknown): string {
  const shown = [inspect(value, { depth: 20, showHidden: true }), inspect(value), String(value)];
  for (let cause = value; cause instanceof Error; cause = cause.cause) {
    shown.push(cause.message, cause.stack ?? "", JSON.stringify(cause), ...Object.keys(cause));
    shown.push(JSON.stringify((cause as { request?: unknown }).request) ?? "");
  }
  return [...shown, JSON.stringify(value)].join("\n");
}
