export type { AnswerDetails, AnswerName, MockAnswer, NetworkFailure } from "./testing/answers.js";
export { mockFetch, type MockFetch } from "./testing/mock-fetch.js";
export type { MockRequest } from "./testing/request-check.js";
