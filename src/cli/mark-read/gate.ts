import { Pace } from "./pace.js";

const FIRST_WAIT_MS = 250;
const GROWTH = 1.6; // About ten requests to an API that is down for 30 s.
const MAX_WAIT_MS = 60_000;
const LAST_IDS_MS = 60_000;

/** A transient failure: the API cannot handle requests now, or cannot be reached. */
export interface Setback {
  readonly error: unknown;
  /** Whether the API gets more requests than it can handle. */
  readonly isOverload: boolean;
  /** How long the API asks us to wait. */
  readonly retryAfterMs: number | undefined;
}

/** Permission to send one request, to be handed back with what came of it. */
export interface Pass {
  /** Whether this request tests if the others may follow. */
  readonly isProbe: boolean;
}

/** Whether an order id has not failed yet, has failed before, or has failed so often that it is sent alone. */
export type Standing = "fresh" | "repeated" | "suspect";

export interface GateOptions {
  /** How many passes there are. */
  readonly concurrency: number;
  /** How many passes may be given in a second. */
  readonly rate: number;
  /** How long a hold may last. */
  readonly maxOutageMs: number;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  /** Called when a hold begins, and after each probe that failed. */
  readonly onHold: (setback: Setback, waitMs: number, heldMs: number) => void;
  /** Called when a hold has ended. */
  readonly onOpen: (heldMs: number) => void;
  /** Called when a hold would last too long. */
  readonly onGiveUp: (setback: Setback, heldMs: number) => void;
}

/** A period in which only probes are sent, one at a time. */
interface Hold {
  readonly startedAt: number;
  failures: number;
  until: number;
  probe?: Pass;
}

/**
 * Where all requests wait for their turn, so that there are not too many at once or in a second.
 *
 * While the API cannot handle requests, the gate holds them all back: for as long as the API asks to wait, otherwise
 * longer and longer. Then a probe goes first, and when it gets a response, the others follow.
 */
export class Gate {
  /** How many order ids have got a response so far. */
  successes = 0;
  /** Whether order ids may still come that have not been here yet. */
  expectsMore = true;

  readonly #options: GateOptions;
  readonly #pace: Pace;
  readonly #waiting: Record<Standing, ((pass: Pass | undefined) => void)[]> = { fresh: [], repeated: [], suspect: [] };
  readonly #opinions: ((otherSucceeded: boolean) => void)[] = [];
  #underWay = 0;
  #hold: Hold | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#pace = new Pace(options.rate);
    options.signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      for (const resolvers of Object.values(this.#waiting))
        for (const resolve of resolvers.splice(0)) resolve(undefined);
      this.#giveOpinion(false);
    });
  }

  /** @returns a pass when it is this id's turn, or `undefined` if the run has stopped */
  enter(standing: Standing): Promise<Pass | undefined> {
    if (this.#options.signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting[standing].push(resolve);
      this.#admit();
    });
  }

  /** Whether there is no other id that could show how the API is. */
  get isIdle(): boolean {
    return this.#underWay === 0 && !this.#hasWaiting;
  }

  get #hasWaiting(): boolean {
    return Object.values(this.#waiting).some(({ length }) => length > 0);
  }

  /**
   * Whether only failing order ids have been left for long, after others have succeeded. No other id will come that could
   * show whether they or the API are the cause.
   */
  get hasWaitedInVain(): boolean {
    if (this.expectsMore || this.successes === 0 || !this.#hold) return false;
    return performance.now() >= this.#hold.startedAt + Math.min(LAST_IDS_MS, this.#options.maxOutageMs);
  }

  /**
   * A token request got a token, or was denied one for good. Neither shows that the API accepts requests for orders, so a
   * hold goes on.
   */
  tokenSettled(pass: Pass, isDenied: boolean): void {
    this.#underWay -= 1;
    this.#pace.succeeded();
    if (this.#hold?.probe === pass) delete this.#hold.probe;
    if (isDenied) this.#giveOpinion(false); // Perhaps no other id is left to give one.
    this.#admit();
  }

  /** A request for an order id got a response, whatever that says about the order id. */
  succeeded(pass: Pass): void {
    this.#underWay -= 1;
    this.successes += 1;
    this.#pace.succeeded();
    if (this.#hold?.probe === pass) {
      const { startedAt } = this.#hold;
      this.#hold = undefined;
      this.#giveOpinion(true);
      this.#options.onOpen(performance.now() - startedAt);
    }
    this.#admit();
  }

  /** @param holdsOthers whether to hold back the others, too; a failed probe always does */
  failed(pass: Pass, setback: Setback, holdsOthers: boolean): void {
    this.#underWay -= 1;
    if (this.#hold?.probe === pass) {
      this.#giveOpinion(false);
      this.#extendHold(setback);
    } else if (this.#hold) {
      const until = performance.now() + (setback.retryAfterMs ?? 0);
      this.#hold.until = Math.max(this.#hold.until, until);
    } else if (holdsOthers) {
      if (setback.isOverload) this.#pace.overloaded();
      this.#extendHold(setback);
    }
    this.#admit();
  }

  /**
   * Finds out whether the id or the API fails, after a probe with an id that failed before has failed again: the next
   * id is sent at once.
   *
   * @returns whether the next id got a response
   */
  failedAlone(pass: Pass, setback: Setback): Promise<boolean> {
    if (!this.#hasWaiting || this.#underWay > 1 || this.#hold?.probe !== pass) {
      this.failed(pass, setback, true);
      return Promise.resolve(false);
    }
    const opinion = new Promise<boolean>((resolve) => this.#opinions.push(resolve));
    this.#probeAtOnce(this.#hold);
    return opinion;
  }

  /** A probe failed although waiting no longer helps: the next one goes at once. */
  failedInVain(pass: Pass, setback: Setback): void {
    this.#giveOpinion(false);
    if (this.#hold?.probe === pass) this.#probeAtOnce(this.#hold);
    else this.failed(pass, setback, true);
  }

  #probeAtOnce(hold: Hold): void {
    this.#underWay -= 1;
    delete hold.probe;
    hold.until = performance.now();
    this.#admit();
  }

  #extendHold(setback: Setback): void {
    const now = performance.now();
    const { startedAt, failures } = this.#hold ?? { startedAt: now, failures: 0 };
    const end = startedAt + this.#options.maxOutageMs;
    const growingMs = Math.min(FIRST_WAIT_MS * GROWTH ** failures * (0.75 + Math.random() / 2), MAX_WAIT_MS);
    // The last probe goes out when the longest outage is over, unless the API asks to wait beyond that.
    const until = setback.retryAfterMs === undefined ? Math.min(now + growingMs, end) : now + setback.retryAfterMs;
    this.#hold = { startedAt, failures: failures + 1, until };
    if (now >= end || until > end) this.#options.onGiveUp(setback, now - startedAt);
    else this.#options.onHold(setback, until - now, now - startedAt);
  }

  #admit(): void {
    clearTimeout(this.#timer);
    for (;;) {
      const waitMs = this.#waitMs();
      if (waitMs === undefined || !this.#hasWaiting || this.#options.signal.aborted) return;
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#admit(), Math.ceil(waitMs));
        return;
      }
      const resolve = this.#next();
      if (!resolve) return;
      const pass = { isProbe: this.#hold !== undefined };
      if (this.#hold) this.#hold.probe = pass;
      this.#underWay += 1;
      this.#pace.admitted();
      resolve(pass);
    }
  }

  /** How long until the next pass; `undefined` if that does not depend on time. */
  #waitMs(): number | undefined {
    const isFull = this.#hold ? this.#hold.probe !== undefined : this.#underWay >= this.#options.concurrency;
    if (isFull) return undefined;
    return Math.max(this.#pace.waitMs(), this.#hold ? this.#hold.until - performance.now() : 0);
  }

  /**
   * While requests flow, ids that failed go first, since results wait for them. A probe is an id that has not failed yet,
   * where there is one, so that an id which always fails cannot keep the gate closed.
   */
  #next() {
    const { fresh, repeated, suspect } = this.#waiting;
    if (!this.#hold) return repeated.shift() ?? suspect.shift() ?? fresh.shift();
    if (this.#opinions.length > 0) return fresh.shift() ?? repeated.shift() ?? suspect.shift();
    return suspect.shift() ?? fresh.shift() ?? repeated.shift();
  }

  #giveOpinion(otherSucceeded: boolean): void {
    for (const resolve of this.#opinions.splice(0)) resolve(otherSucceeded);
  }
}
