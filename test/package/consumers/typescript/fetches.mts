// The functions of undici and of node-fetch are accepted as they are, and so are the dispatchers of undici 7 and 8. (With
// exactOptionalPropertyTypes, the signal of node-fetch 2 is none of any platform.)
import { createChatClient } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";
import { undiciFetch } from "instacart-post-checkout-chat/undici";
import nodeFetch2 from "node-fetch-2";
import nodeFetch3 from "node-fetch-3";
import * as undici7 from "undici";
import * as undici6 from "undici-6";
import * as undici8 from "undici-8";

for (const fetch of [globalThis.fetch, undici6.fetch, undici7.fetch, undici8.fetch, undiciFetch()])
  createChatClient({ accessToken: "t", fetch });
createChatClient({ accessToken: "t", fetch: nodeFetch2 });
createTokenProvider({ clientId: "a", clientSecret: "b", fetch: nodeFetch3 });

const accessToken = "t";
const dispatchers = [new undici6.Agent(), new undici7.Agent(), new undici8.Agent()] as const;
createChatClient({ accessToken, fetch: (url, init) => globalThis.fetch(url, { ...init, keepalive: true }) });
createChatClient({ accessToken, fetch: (url, init) => undici6.fetch(url, { ...init, dispatcher: dispatchers[0] }) });
createChatClient({ accessToken, fetch: (url, init) => undici7.fetch(url, { ...init, dispatcher: dispatchers[1] }) });
createChatClient({ accessToken, fetch: (url, init) => undici8.fetch(url, { ...init, dispatcher: dispatchers[2] }) });
createChatClient({ accessToken, fetch: (url, init) => nodeFetch2(url, { ...init, compress: false }) });
createChatClient({ accessToken, fetch: (url, init) => nodeFetch3(url, { ...init, compress: false }) });

for (const dispatcher of [...dispatchers.slice(1), new undici8.MockAgent(), dispatchers[1].compose([])])
  undiciFetch({ dispatcher });
// @ts-expect-error: not a dispatcher
undiciFetch({ dispatcher: {} });
