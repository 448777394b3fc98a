/** A mistake in the command line, the environment or the input format. */
export class UsageError extends Error {}
