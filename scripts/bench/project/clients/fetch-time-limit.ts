import type { Call, Setting } from "./setting.js";

/** The least that a call with a time limit takes: a signal and a timer of its own. */
export function create({ baseUrl, accessToken, fetch = globalThis.fetch }: Setting): Call {
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    Authorization: `Bearer ${accessToken}`,
  };
  return async (orderId) => {
    const url = `${baseUrl}/v2/post_checkout/chat/${encodeURIComponent(orderId)}/messages`;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error("timed out")), 10_000);
    try {
      const response = await fetch(url, { method: "PUT", headers, signal: controller.signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const body = (await response.json()) as { messages_read_count: number };
      return body.messages_read_count;
    } finally {
      clearTimeout(timer);
    }
  };
}
