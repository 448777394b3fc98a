import { assertOrderId } from "../../check-options.js";
import { isChatClientError, type CallResult, type MessagesRead } from "../../index.js";
import type { HeldToken } from "../../oauth/tokens.js";
import { classifyFailure } from "./failure.js";
import type { Gate } from "./gate.js";
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
  readonly mark: (orderId: string, accessToken: string) => Promise<CallResult<MessagesRead>>;
  readonly gate: Gate;
  /**
   * The token of the order's user, or the run's own. To get it, one request may be sent, without retries.
   *
   * @throws UsageError, or TypeError if the user id is invalid
   */
  readonly tokenOf: (order: Order) => string | HeldToken;
  /** Stops the run, because every other order id would fail, too. */
  readonly stop: (error: unknown) => void;
}

/**
 * Sends one order id: as often as needed while the API fails for all ids, but three times if it fails for this one alone.
 * Each request needs a pass of its own, token requests included.
 *
 * @param stepAside called when the id has failed and must let others go first
 * @param signal aborts when the run stops
 * @returns `undefined` if the run stopped before there was an outcome
 */
export async function sendOrder(
  order: Order,
  { mark, gate, tokenOf, stop }: Sending,
  stepAside: () => void,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  let attempts = order.earlierAttempts;
  const suspicion = new Suspicion(gate);
  const classify = (error: unknown) => classifyFailure(error, order.userId !== undefined);
  const fail = (error: unknown): Outcome | undefined => {
    if (classify(error).concerns !== "run") return { error, attempts };
    stop(error);
    return undefined;
  };

  let token: OrderToken;
  try {
    assertOrderId(order.orderId);
    token = new OrderToken(tokenOf(order));
  } catch (error) {
    return fail(error);
  }

  for (;;) {
    const pass = await gate.enter(suspicion.standing);
    if (!pass) return undefined;
    const accessToken = token.current();
    try {
      if (accessToken === undefined) {
        await token.request();
        gate.tokenSettled(pass, false);
        continue;
      }
      const { data } = await mark(order.orderId, accessToken);
      gate.succeeded(pass);
      return { data, attempts: attempts + 1 };
    } catch (error) {
      if (accessToken !== undefined) attempts += 1;
      const failure = classify(error);
      if (failure.concerns === "moment") {
        stepAside();
        if (await suspicion.failsAlone(pass, failure, signal)) return { error, attempts };
        continue;
      }
      if (accessToken === undefined) gate.tokenSettled(pass, true);
      else gate.succeeded(pass);
      if (accessToken !== undefined && isUnauthorized(error) && token.reject(accessToken)) continue;
      return fail(error);
    }
  }
}

function isUnauthorized(error: unknown): boolean {
  return isChatClientError(error) && error.name === "ApiError" && error.httpStatus === 401;
}

/** The access token of one order, which is replaced once if the API rejects it. */
class OrderToken {
  readonly #source: string | HeldToken;
  #rejected: string | undefined;
  #isReplaced = false;

  constructor(source: string | HeldToken) {
    this.#source = source;
  }

  /** Returns the token, or `undefined` if one has to be requested first. */
  current(): string | undefined {
    if (typeof this.#source === "string") return this.#source;
    return this.#rejected === undefined ? this.#source.current() : undefined;
  }

  async request(): Promise<void> {
    if (typeof this.#source === "string") return;
    await this.#source.get({ rejected: this.#rejected });
    this.#rejected = undefined;
  }

  /** @returns whether another one may be requested */
  reject(accessToken: string): boolean {
    if (typeof this.#source === "string" || this.#isReplaced) return false;
    this.#rejected = accessToken;
    this.#isReplaced = true;
    return true;
  }
}
