/**
 * What `mockFetch` throws for a request or a response that the spec does not have. The code is Node's own for an invalid
 * argument: by it, the client takes the failure for a permanent one, and does not retry.
 */
export function rejection(reason: string): TypeError {
  return Object.assign(new TypeError(`mockFetch rejected the request: ${reason}`), { code: "ERR_INVALID_ARG_VALUE" });
}
