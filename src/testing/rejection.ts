/**
 * What `mockFetch` throws for a request or a response that the spec does not have. The code is Node's for an invalid
 * argument, so the client treats the failure as permanent and does not retry.
 */
export function rejection(reason: string): TypeError {
  return Object.assign(new TypeError(`mockFetch rejected the request: ${reason}`), { code: "ERR_INVALID_ARG_VALUE" });
}
