import { startApiServer, type ApiServer, type ScriptedResponse } from "./api-server.js";

/** The responses to a request for the order, for another one, and with another token. */
export interface StandInResponses {
  readonly found: ScriptedResponse;
  readonly notFound: ScriptedResponse;
  readonly unauthorized: ScriptedResponse;
}

export const TARGET = { accessToken: "the-valid-token", orderId: "order-123", unknownOrderId: "no-such-order" };

const VALID: StandInResponses = {
  found: { body: { messages_read_count: 15 } },
  notFound: { status: 404, body: { error: { message: "Resource not found", code: 4000 } } },
  unauthorized: { status: 401, body: { error: { message: "The access token is not valid", code: 401 } } },
};

/** Starts a server that follows the endpoint's documentation page, except for the given responses. */
export function startStandIn(flaws: Partial<StandInResponses> = {}): Promise<ApiServer> {
  const responses = { ...VALID, ...flaws };
  return startApiServer({
    markMessagesAsRead: ({ path, headers }) => {
      if (headers["authorization"] !== `Bearer ${TARGET.accessToken}`) return responses.unauthorized;
      return path.endsWith(`/${TARGET.orderId}/messages`) ? responses.found : responses.notFound;
    },
  });
}
