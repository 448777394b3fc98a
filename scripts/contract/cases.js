// What the contract check asks for: of the mock every answer that the description promises, of a live server what it
// can be made to answer.
import { nameOf, documentedResponses } from "../shared/spec.js";

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {number} status the status that is promised
 * @property {number} [code] the API's number of the error that is promised
 * @property {(clients: Clients) => Promise<unknown>} [ask] absent where the server cannot be made to answer this
 */

/**
 * What a case asks with; each of the two makes calls of the package.
 *
 * @typedef {object} Clients
 * @property {(call: { orderId: string, accessToken: string, prefer?: string }) => Promise<unknown>} markMessagesAsRead
 * @property {(call: { prefer?: string }) => Promise<unknown>} generateAccessToken
 */

/**
 * The mock gives any answer that it is asked for.
 *
 * @returns {Case[]}
 */
export function mockCases() {
  return documentedResponses().map((answer) => {
    const { operationId, status, example, body } = answer;
    // The separator is a comma: after a semicolon Prism would ignore the example.
    const prefer = example === undefined ? `code=${status}` : `code=${status}, example=${example}`;
    return {
      ...promise(answer, codeOf(body)),
      ask: (clients) =>
        operationId === "markMessagesAsRead"
          ? clients.markMessagesAsRead({ orderId: "order-123", accessToken: "not-a-real-token", prefer })
          : clients.generateAccessToken({ prefer }),
    };
  });
}

/**
 * A live server answers for the order that it is asked about. The call really marks messages as read.
 *
 * @param {{ accessToken: string, orderId: string, unknownOrderId: string | undefined }} target
 * @returns {Case[]}
 */
export function liveCases({ accessToken, orderId, unknownOrderId }) {
  /** @type {Record<string, Case["ask"]>} */
  const asked = {
    "markMessagesAsRead 200 messagesRead": ({ markMessagesAsRead }) => markMessagesAsRead({ orderId, accessToken }),
    "markMessagesAsRead 401 unauthorized": ({ markMessagesAsRead }) =>
      markMessagesAsRead({ orderId, accessToken: "not-a-real-token" }),
    "markMessagesAsRead 404 orderNotFound":
      unknownOrderId === undefined
        ? undefined
        : ({ markMessagesAsRead }) => markMessagesAsRead({ orderId: unknownOrderId, accessToken }),
  };
  return documentedResponses().map((answer) => {
    const ask = asked[nameOf(answer)];
    // Codes that are an illustration are not promised; the one of an unknown order is documented.
    const promised = promise(answer, answer.status === 404 ? codeOf(answer.body) : undefined);
    return ask ? { ...promised, ask } : promised;
  });
}

/**
 * @param {import("../shared/spec.js").DocumentedResponse} answer
 * @param {number | undefined} code
 */
function promise(answer, code) {
  const common = { name: nameOf(answer), status: answer.status };
  return code === undefined ? common : { ...common, code };
}

/**
 * @param {any} body
 * @returns {number | undefined}
 */
function codeOf(body) {
  return body?.error?.code;
}
