/** A body that the spec shows: of a request, or of a response with this status. */
export interface Documented {
  operationId: string;
  status?: number;
  schema: string;
  body: unknown;
}

/** Generated validators, by their names. */
export type Validators = Record<string, { parse(body: unknown): unknown } | undefined>;

export const GRANT = { grant_type: "client_credentials", client_id: "client-123", client_secret: "a-secret" } as const;

/** The headers of a call, where the generated code leaves them to its caller. */
export const headersOf = (accessToken: string) => ({
  Authorization: `Bearer ${accessToken}`,
  "Accept-Language": "en-US",
  "X-Treat-Ids-As-Internal": "true",
});
