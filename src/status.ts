const RETRYABLE_STATUSES = [408, 429, 500, 502, 503, 504];

/** Whether a status is of a kind that may pass, so that the same request may succeed later. */
export function isRetryableStatus(status: number): boolean {
  return RETRYABLE_STATUSES.includes(status);
}
