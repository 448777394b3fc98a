import { documentedOperations, type CheckedRequest, type Operation } from "../../generated/operations.js";

/** A request that satisfies the contract. */
export interface MockRequest {
  /** The HTTP method, in upper case. */
  readonly method: string;
  /** The whole URL, as it was sent. */
  readonly url: string;
  /** The order id, decoded; absent from a token request. */
  readonly orderId?: string;
  /** The headers; names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a token request; absent from others. */
  readonly body?: NonNullable<CheckedRequest["body"]>;
}

/**
 * Checks a request against the contract.
 *
 * @throws TypeError that says what is invalid and what would be valid
 */
export function checkRequest(url: string, init: RequestInit): { operation: Operation; request: MockRequest } {
  const { pathname, searchParams } = new URL(url);
  const method = init.method?.toUpperCase() ?? "GET";
  const operation = documentedOperations.find((one) => one.method === method && pathPattern(one).test(pathname));
  if (!operation) {
    const known = documentedOperations.map(({ method, path }) => `${method} ${path}`).join(" and ");
    throw rejection(`${method} ${pathname} is not in the spec, which has ${known}`);
  }
  // Some environments keep the case of header names.
  const headers = Object.fromEntries(
    [...new Headers(init.headers)].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const checked: unknown = {
    path: pathParameters(operation, pathname),
    header: headers,
    query: Object.fromEntries(searchParams),
    body: readBody(init.body),
  };
  const { validateRequest } = operation;
  if (!validateRequest(checked)) throw rejection(describeProblems(operation));
  const { path, body } = checked;
  const orderId = path.order_id !== undefined && { orderId: path.order_id };
  return { operation, request: { method, url, ...orderId, headers, ...(body !== undefined && { body }) } };
}

/** Matches the end of a path, because the base URL may have a path, too. */
function pathPattern({ path }: Operation): RegExp {
  return new RegExp(`${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
}

function pathParameters(operation: Operation, pathname: string): Record<string, string> {
  const parameters = Object.entries(pathPattern(operation).exec(pathname)?.groups ?? {});
  try {
    return Object.fromEntries(parameters.map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    throw rejection(`${pathname} is not percent-encoded UTF-8, as encodeURIComponent makes it`);
  }
}

/** The body as parsed JSON, or the body itself if it is not JSON. */
function readBody(body: RequestInit["body"]): unknown {
  if (typeof body !== "string" || body === "") return body || undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** Never quotes a value, because it may be a secret. */
function describeProblems({ method, path, requestBodies, validateRequest }: Operation): string {
  const problems = validateRequest.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`.trim());
  const sentences = [...new Set(problems)];
  if (requestBodies.length > 0 && sentences.some((problem) => problem.includes("body")))
    sentences.push(`a valid body is ${requestBodies.map((body) => JSON.stringify(body)).join(" or ")}`);
  return `${method} ${path} has an invalid request: ${sentences.join("; ")}`;
}

/**
 * What `mockFetch` throws for a request or a response that the spec does not have. The code is Node's for an invalid
 * argument, so the client treats the failure as permanent and does not retry.
 */
export function rejection(reason: string): TypeError {
  return Object.assign(new TypeError(`mockFetch rejected the request: ${reason}`), { code: "ERR_INVALID_ARG_VALUE" });
}
