export type { MockRequest } from "./check-request.js";
export { mockFetch, type MockFetch } from "./mock-fetch.js";
export type { MockResponse, NetworkFailure, ResponseDetails, ResponseDetailsOf, ResponseName } from "./responses.js";
