import { describe, expect, test, vi } from "vitest";
import { createChatClient, type AccessTokenError, type AccessTokenRequest, type Fetch } from "../../src/index.js";
import { useFakeClock } from "../support/fake-clock.js";
import { stubFetch } from "../support/stub-fetch.js";

useFakeClock();

const SUCCESS = Response.json({ messages_read_count: 15 });

/** A token function that returns "old" at first, then what `refresh` returns. It records its requests. */
function tokenFunction(refresh: () => string | Promise<string>) {
  const refreshes: AccessTokenRequest[] = [];
  const accessToken = (request: AccessTokenRequest) => {
    if (request.rejected === undefined) return "old";
    refreshes.push(request);
    return refresh();
  };
  return { accessToken, refreshes };
}

/** An API that rejects all tokens but some, and keeps the response to an order until it is released. */
function server(...accepted: string[]) {
  const held = new Map<string, () => void>();
  const fetch: Fetch = async (url, init) => {
    const token = new Headers(init.headers).get("authorization")?.slice("Bearer ".length) ?? "";
    const order = /chat\/(\w+)/.exec(url)?.[1] ?? "";
    if (order.startsWith("held")) await new Promise<void>((resolve) => held.set(`${order} ${token}`, resolve));
    return accepted.includes(token) ? SUCCESS.clone() : new Response(null, { status: 401 });
  };
  const release = async (name: string) => {
    await vi.advanceTimersByTimeAsync(0);
    const response = held.get(name);
    if (!response) throw new Error(`There is no request ${name}, but ${[...held.keys()].join(", ")}`);
    response();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { fetch, release };
}

test.each([400, 403, 404, 409, 500, 503])("a status %i requests no new token", async (status) => {
  const { accessToken, refreshes } = tokenFunction(() => "good");
  const { fetch, requests } = stubFetch(new Response(null, { status }), SUCCESS);
  const call = createChatClient({ accessToken, fetch, maxRetries: 0 }).markMessagesAsRead("a");
  await expect(call).rejects.toMatchObject({ name: "ApiError", httpStatus: status });
  expect([refreshes.length, requests.length]).toEqual([0, 1]);
});

describe("a new token is remembered while a call still uses the rejected one", () => {
  test("and no longer: the next rejected call requests a new one", async () => {
    const { accessToken, refreshes } = tokenFunction(() => "good");
    const chat = createChatClient({ accessToken, fetch: server("good").fetch });
    await chat.markMessagesAsRead("a");
    await chat.markMessagesAsRead("a");
    expect(refreshes.map(({ rejected }) => rejected)).toEqual(["old", "old"]);
  });

  test("even for a call that starts after others with the rejected token have ended", async () => {
    const { accessToken, refreshes } = tokenFunction(() => "good");
    const { fetch, release } = server("good");
    const chat = createChatClient({ accessToken, fetch });
    const held = chat.markMessagesAsRead("held");
    await chat.markMessagesAsRead("a");
    await chat.markMessagesAsRead("b");
    await release("held old");
    await release("held good");
    await expect(held).resolves.toMatchObject({ data: { messages_read_count: 15 } });
    expect(refreshes).toHaveLength(1);
  });

  test("unless it is rejected, too: then nobody sends or requests another one for a while", async () => {
    const { accessToken, refreshes } = tokenFunction(() => "stale");
    const { fetch, release } = server("good");
    const chat = createChatClient({ accessToken, fetch });
    const calls = ["held1", "held2", "held3"].map((order) => chat.markMessagesAsRead(order));
    const settled = Promise.allSettled(calls);
    for (const name of ["held1 old", "held2 old", "held1 stale", "held3 old", "held2 stale"]) await release(name);
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(refreshes).toHaveLength(1);
  });
});

describe("a token function's signal for a refresh does not abort", () => {
  test("after the function has returned a token", async () => {
    const { accessToken, refreshes } = tokenFunction(() => "good");
    await createChatClient({ accessToken, fetch: server("good").fetch }).markMessagesAsRead("a");
    expect(refreshes.map(({ signal }) => signal.aborted)).toEqual([false]);
  });

  test("after the function has failed", async () => {
    const { accessToken, refreshes } = tokenFunction(() => Promise.reject(new Error("m")));
    const call = createChatClient({ accessToken, fetch: server("good").fetch }).markMessagesAsRead("a");
    await expect(call).rejects.toMatchObject({ name: "AccessTokenError" });
    expect(refreshes.map(({ signal }) => signal.aborted)).toEqual([false]);
  });
});

test.each([
  ["", ""],
  ["a b", ""],
  ["a\n", " (it begins or ends with a space or a line break: trim it)"],
])("a token that cannot be sent, %j, is a permanent failure", async (token, reason) => {
  const error = (await createChatClient({ accessToken: () => token })
    .markMessagesAsRead("a")
    .catch((error: unknown) => error)) as AccessTokenError;
  expect(error).toMatchObject({
    name: "AccessTokenError",
    message: `The accessToken function must return a token of printable ASCII characters, without Bearer, quotes or spaces${reason}`,
    retryable: false,
  });
});

test("an abort during onAttempt ends the call without a wait", async () => {
  const controller = new AbortController();
  const { fetch, requests } = stubFetch(new Response(null, { status: 503, headers: { "Retry-After": "10" } }));
  const onAttempt = () => controller.abort("mine");
  let reason: unknown;
  createChatClient({ accessToken: "t", fetch, onAttempt })
    .markMessagesAsRead("a", { signal: controller.signal })
    .catch((error: unknown) => (reason = error));
  await vi.advanceTimersByTimeAsync(0);
  expect([reason, requests.length, vi.getTimerCount()]).toEqual(["mine", 1, 0]);
});
