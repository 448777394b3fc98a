import { ApiError, isChatClientError } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";

const fetch = async () => new Response(null, { status: 401 });
createTokenProvider({ clientId: "a", clientSecret: "b", fetch })
  .forClient()()
  .catch((error) => console.log(error.name, isChatClientError(error), error.cause instanceof ApiError));
