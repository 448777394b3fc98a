/** A mistake in the command line or the environment. */
export class UsageError extends Error {}
