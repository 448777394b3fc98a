/** What errors have, those of other realms included, such as a test environment's, where `instanceof` says no. */
export interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

export function isErrorLike(value: unknown): value is ErrorLike {
  const error = value as Partial<ErrorLike> | null | undefined;
  return typeof error?.name === "string" && typeof error.message === "string";
}
