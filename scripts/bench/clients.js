// How each client makes the same call: marks an order's messages as read, with everything on that it offers by default.
import axios from "axios";
import ky from "ky";
import OpenAI from "openai";
import createClient from "openapi-fetch";
import { Agent, request } from "undici";
import { createChatClient } from "../../dist/index.js";
import { undiciFetch } from "../../dist/undici.js";

export const ACCESS_TOKEN = "an-access-token";
export const PATH = "/v2/post_checkout/chat/{order_id}/messages";
// Enough orders that no client is fast by caching one.
export const ORDER_IDS = Array.from({ length: 320 }, (_, index) => `order-${index}`);

const headers = {
  Accept: "application/json",
  "Content-Type": "application/json",
  Authorization: `Bearer ${ACCESS_TOKEN}`,
};
const pathOf = (orderId) => PATH.replace("{order_id}", encodeURIComponent(orderId));
const onAttempt = () => {};
const WITH_LENGTH = new Headers({ "Content-Length": "1" });
const Parts = function (url, init) {
  return { url, init };
};

function thisClient(baseUrl, fetch) {
  const chat = createChatClient({ baseUrl, accessToken: ACCESS_TOKEN, fetch, onAttempt });
  return async (orderId) => (await chat.markMessagesAsRead(orderId)).data;
}

/** From the URL of a server, and a `fetch` where the client takes one, to a call. */
export const clients = {
  "this client": thisClient,
  "this client, undiciFetch": (baseUrl) => thisClient(baseUrl, undiciFetch()),
  "undici.request": (baseUrl) => {
    const dispatcher = new Agent();
    return async (orderId) => {
      const { statusCode, body } = await request(baseUrl + pathOf(orderId), { method: "PUT", headers, dispatcher });
      if (statusCode !== 200) throw new Error(`status ${statusCode}`);
      return body.json();
    };
  },
  // What `undiciFetch` cannot do without: openapi-fetch makes the call, and each attempt has a signal.
  "openapi-fetch, undici": (baseUrl) => {
    const dispatcher = new Agent();
    const send = async ({ url, init: { method, headers } }) => {
      const { signal } = new AbortController();
      const response = await request(url, { method, headers: Object.fromEntries(headers), dispatcher, signal });
      const data = await response.body.json();
      return { ok: true, status: 200, headers: WITH_LENGTH, json: async () => data };
    };
    const api = createClient({ baseUrl, headers, fetch: send, Request: Parts });
    return async (order_id) => (await api.PUT(PATH, { params: { path: { order_id } } })).data;
  },
  fetch: (baseUrl, fetch) => {
    const send = fetch ?? globalThis.fetch;
    return async (orderId) => {
      const response = await send(baseUrl + pathOf(orderId), { method: "PUT", headers });
      if (!response.ok) throw new Error(`status ${response.status}`);
      return response.json();
    };
  },
  "openapi-fetch": (baseUrl, fetch) => {
    const api = createClient({ baseUrl, headers, fetch });
    return async (order_id) => {
      const { data, error } = await api.PUT(PATH, { params: { path: { order_id } } });
      if (!data) throw new Error(JSON.stringify(error));
      return data;
    };
  },
  ky: (baseUrl, fetch) => {
    const api = ky.create({ prefix: baseUrl, headers, ...(fetch && { fetch }) });
    return (orderId) => api.put(pathOf(orderId).slice(1)).json();
  },
  axios: (baseUrl, fetch) => {
    // Without a `fetch`, it sends through node:http.
    const api = axios.create({ baseURL: baseUrl, headers, ...(fetch && { adapter: "fetch", env: { fetch } }) });
    return async (orderId) => (await api.put(pathOf(orderId))).data;
  },
  openai: (baseUrl, fetch) => {
    const api = new OpenAI({ baseURL: baseUrl, apiKey: ACCESS_TOKEN, defaultHeaders: headers, fetch });
    return (orderId) => api.put(pathOf(orderId));
  },
};
