// What the check of the mock sends.

export const ORDER = "order-123";
export const UNKNOWN_ORDER = "no-such-order";

/** The access token in the examples of the spec, which the mock issues. */
export const MOCK_TOKEN = "not-a-real-token";
