import { safeText } from "./safe-text.js";

// From the library's name of an option to the command's.
const COMMAND_WORDS: Record<string, string> = {
  accessToken: "INSTACART_ACCESS_TOKEN",
  clientId: "INSTACART_CLIENT_ID",
  clientSecret: "INSTACART_CLIENT_SECRET",
  baseUrl: "INSTACART_BASE_URL",
  orderId: "order_id",
  userId: "user_id",
  retailerId: "--retailer-id",
};

/** An error's message with the command's names: `INSTACART_BASE_URL must be …` instead of `baseUrl must be …`. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message
    .replace(/^\w+(?= must )/, (name) => COMMAND_WORDS[name] ?? name)
    .replace("allowInsecureHttp", "--allow-insecure-http")
    .replace(", or a function that returns it", "");
}

/** The same on one line that is safe to show on a terminal. */
export function errorMessage(error: unknown): string {
  return safeText(errorText(error).replace(/\s+/g, " "));
}

/** For example `ApiError, status 404, code 4000`. */
export function failureKind(error: unknown): string {
  if (!(error instanceof Error)) return "error";
  const { name, httpStatus: status, code } = error as Error & { httpStatus?: number; code?: number | string };
  return [name, status && `status ${status}`, code && `code ${code}`].filter(Boolean).join(", ");
}
