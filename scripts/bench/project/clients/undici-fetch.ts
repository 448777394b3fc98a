import { undiciFetch } from "instacart-post-checkout-chat/undici";
import type { Call, Setting } from "./setting.js";

/** The function alone, to see what of a call's cost is the client's and what is undiciFetch's. */
export function create({ baseUrl, accessToken }: Setting): Call {
  const fetch = undiciFetch();
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    Authorization: `Bearer ${accessToken}`,
  };
  return async (orderId) => {
    const url = `${baseUrl}/v2/post_checkout/chat/${encodeURIComponent(orderId)}/messages`;
    const response = await fetch(url, { method: "PUT", headers, redirect: "manual" });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const decoder = new TextDecoder();
    let text = "";
    // The types of browsers do not know that a body can be iterated over.
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      text += decoder.decode(chunk, { stream: true });
    const body = JSON.parse(text) as { messages_read_count: number };
    return body.messages_read_count;
  };
}
