// The only file that imports the generated types: a name that changes in the description breaks here first.
import type { components } from "../generated/api.js";

export type { components, operations, paths } from "../generated/api.js";

/** The body of a successful answer: how many messages this request marked as read. */
export type MessagesRead = components["schemas"]["MessagesRead"];

/** The body of an error with status 4XX: a single error, or several with the code 9999. */
export type ErrorResponse = components["schemas"]["ErrorResponse"];

/** A language that the API is documented to answer in. */
export type Locale = components["schemas"]["Locale"];

/** The body of a token request. */
export type AccessTokenRequestBody = components["schemas"]["AccessTokenRequest"];
