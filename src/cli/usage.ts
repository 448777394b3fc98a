import { DEFAULT_CONCURRENCY, MAX_CONCURRENCY } from "./arguments.js";

/** What `--help` prints. */
export const USAGE = `Usage: instacart-chat mark-read <order-id>... [options]
       instacart-chat mark-read - [options] < file

Marks the messages that the shopper sent about orders as read. For one order id it prints the answer as JSON. For
several it prints a line of JSON for each, in the order of the ids, as soon as it and all before it are there:
  {"order_id":"order-1","messages_read_count":15}
  {"order_id":"order-2","error":{"name":"ApiError","message":"…","status":404,"code":4000,"retryable":false}}
With - the order ids come from standard input, one per line; white space around them and empty lines do not count.

Options:
  --base-url <url>            the server; default: INSTACART_BASE_URL, or else https://connect.instacart.com
  --treat-ids-as-internal     the order ids are Instacart's own, not the retailer's
  --retailer-id <id>          the banner, for retailers with several
  --locale <locale>           the language of the answer: en-US, en-CA or fr-CA
  --concurrency <n>           how many order ids are under way at once, 1 to ${MAX_CONCURRENCY}; default: ${DEFAULT_CONCURRENCY}
  --help                      print this
  --version                   print the version

Environment:
  INSTACART_ACCESS_TOKEN      the access token, without "Bearer"; or, in its place:
  INSTACART_CLIENT_ID         the client credentials to get an access token with, and
  INSTACART_CLIENT_SECRET
  INSTACART_USER_ID           the user whose orders they are; without it, the token reaches orders that were created
                              with Fulfillment v3
  INSTACART_BASE_URL          the server

Of several order ids, one that fails does not keep the others from being sent, unless there is no access token or it
is refused (401): then nothing more is sent. The same goes for Ctrl-C: what is under way is waited for, its results
are printed, and standard error tells where to go on, which may repeat some; Ctrl-C once more ends at once.

Exit status: 0 when all messages are marked; 1 when an order id failed or was not sent; 2 when the command is used
wrongly; 130 after Ctrl-C, and 143 after SIGTERM.`;
