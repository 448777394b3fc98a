// Preloaded with `node --import`, it sends everything that would go through the global `fetch` through undiciFetch, so that
// any suite can be run with either.
// @ts-ignore: dist/ may not have been built when types are checked.
import { undiciFetch } from "instacart-post-checkout-chat/undici";

globalThis.fetch = /** @type {typeof fetch} */ (undiciFetch());
