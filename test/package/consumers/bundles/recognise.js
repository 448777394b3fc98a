import { isChatClientError } from "instacart-post-checkout-chat";

console.log(isChatClientError(new Error()));
