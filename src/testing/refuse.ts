/**
 * What to throw where a test asks for what the API does not have. The code is Node's own for an argument that cannot be
 * right: by it, the client takes the failure for a permanent one, and does not try again.
 */
export function refuse(reason: string): TypeError {
  return Object.assign(new TypeError(`mockFetch refuses: ${reason}`), { code: "ERR_INVALID_ARG_VALUE" });
}
