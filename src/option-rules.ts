import { classOf } from "./class-of.js";

/** How to read the value of an option: as it is to be used, or `undefined` when it breaks the rule. */
export interface OptionRule {
  readonly read: (value: unknown) => unknown;
  readonly rule: string;
}

/** An option that is used as it is. */
export function option(isRight: (value: unknown) => boolean, rule: string): OptionRule {
  return { read: (value) => (isRight(value) ? value : undefined), rule };
}

/** Text that can be sent everywhere, and be found again in whatever echoes it. */
export const printable = option(
  (value) => typeof value === "string" && /^[!-~]([ -~]*[!-~])?$/.test(value),
  "a non-empty string of printable ASCII characters",
);

export function integer(least: number, most: number): OptionRule {
  return option(
    (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
    `an integer from ${least} to ${most}`,
  );
}

export const aFunction = option((value) => typeof value === "function", "a function");

/** How long to wait for something, at least `least` milliseconds. */
export function duration(least: number): OptionRule {
  return integer(least, 2 ** 31 - 1); // A longer `setTimeout` fires at once.
}

/**
 * Reads each option once, so that a later change of the object changes nothing.
 *
 * @throws TypeError that names the option
 */
export function readOptions<Name extends string>(
  options: unknown,
  rules: Readonly<Record<Name, OptionRule>>,
  required: readonly Name[] = [],
): Partial<Record<Name, unknown>> {
  if (!/^(Object|Module)$/.test(classOf(options))) throw new TypeError("options must be an object with options");
  const names = Object.keys(rules);
  const unknown = Object.keys(options as object).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`${unknown} is not an option; the options are ${names.join(", ")}`);
  const given: Partial<Record<Name, unknown>> = {};
  for (const name of names as Name[]) {
    const value = (options as typeof given)[name];
    if (value === undefined && !required.includes(name)) continue;
    const { read, rule } = rules[name];
    given[name] = read(value);
    if (given[name] === undefined)
      throw new TypeError(`${name} ${value === undefined ? "is missing:" : "must be"} ${rule}`);
  }
  return given;
}
