/** The class that an object says it has; unlike `instanceof` it works across realms, such as a test environment's. */
export function classOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
