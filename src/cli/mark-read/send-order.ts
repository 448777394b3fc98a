import { isChatClientError, type AccessToken, type CallResult, type MessagesRead } from "../../index.js";
import { classifyFailure } from "./failure.js";
import type { Gate, Pass } from "./gate.js";
import type { Order } from "./order-line.js";
import { Suspicion } from "./suspicion.js";

/** The outcome for an order id. */
export type Outcome = {
  /** How many requests for it may have reached the API, in earlier runs and in this one. */
  readonly attempts: number;
} & ({ readonly data: MessagesRead } | { readonly error: unknown });

/** What `sendOrder` needs. */
export interface Sending {
  /** Sends one request, without retries. */
  readonly mark: (orderId: string, accessToken: AccessToken) => Promise<CallResult<MessagesRead>>;
  readonly gate: Gate;
  /** The token of the order's user, or the run's own. */
  readonly accessTokenOf: (order: Order) => AccessToken;
  /** Waits until the rate allows one more request. */
  readonly takeTurn: () => Promise<void>;
  /** Stops the run, because every other order id would fail, too. */
  readonly stop: (error: unknown) => void;
  /** Aborts when the run stops. */
  readonly signal: AbortSignal;
}

/**
 * Sends one order id: as often as needed while the API fails for all ids, but three times if it fails for this one alone.
 *
 * @param stepAside called when the id has failed and must let others go first
 * @returns `undefined` if the run stopped before there was an outcome
 */
export async function sendOrder(order: Order, sending: Sending, stepAside: () => void): Promise<Outcome | undefined> {
  const { gate, signal } = sending;
  const suspicion = new Suspicion(gate);
  let attempts = order.earlierAttempts;

  for (;;) {
    const pass = await gate.enter(suspicion.standing);
    if (!pass) return undefined;
    try {
      const result = await sendOnce(order, pass, sending);
      if (result) {
        gate.succeeded(pass);
        return { data: result.data, attempts: attempts + result.attempts.length };
      }
      gate.withdraw(pass);
    } catch (error) {
      attempts += requestsOf(error);
      if (signal.aborted && requestsOf(error) === 0) return undefined; // The token request never got its turn.
      const failure = classifyFailure(error, order.userId !== undefined);
      if (failure.concerns === "moment") {
        stepAside();
        if (await suspicion.failsAlone(pass, failure, signal)) return { error, attempts };
        continue;
      }
      if (failure.concerns === "run") sending.stop(error);
      if (isChatClientError(error)) gate.succeeded(pass);
      else gate.withdraw(pass); // Nothing was sent.
      return failure.concerns === "run" ? undefined : { error, attempts };
    }
  }
}

/** @returns `undefined` if nothing was sent, because the gate closed or the run stopped */
async function sendOnce(order: Order, pass: Pass, { mark, gate, accessTokenOf, takeTurn }: Sending) {
  const accessToken = accessTokenOf(order);
  // Before the call, whose time limit for the token may be shorter than a token request's wait for its turn.
  if (typeof accessToken === "function") await accessToken({ signal: new AbortController().signal });
  await takeTurn().catch(() => {}); // It rejects if the run has stopped; the gate knows that, too.
  return gate.isGood(pass) ? mark(order.orderId, accessToken) : undefined;
}

function requestsOf(error: unknown): number {
  return isChatClientError(error) && error.operationId === "markMessagesAsRead" ? error.attempts.length : 0;
}
