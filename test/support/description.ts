// Walks the description, so that the tests need not repeat what it says.
import description from "../../generated/openapi.json" with { type: "json" };

export { description };

/** One answer that the description promises: a named example, or a status whose body is not documented. */
export interface PromisedAnswer {
  readonly operationId: string;
  readonly status: number;
  /** The name of the example; absent when no body is documented. */
  readonly example: string | undefined;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

interface Reference {
  readonly $ref: string;
}

interface ResponseObject {
  readonly content?: Record<string, { readonly examples: Record<string, { readonly value: unknown } | Reference> }>;
}

/** What each answer of the description is called in a test: `markMessagesAsRead 404 orderNotFound`. */
export function nameOf({
  operationId,
  status,
  example,
}: Pick<PromisedAnswer, "operationId" | "status" | "example">): string {
  return [operationId, status, example ?? "(no body)"].join(" ");
}

/** Every named example of a request body. */
export function requestExamples(): { operationId: string; example: string; body: unknown }[] {
  return operations().flatMap(({ operationId, requestBody }) =>
    Object.values(requestBody?.content ?? {}).flatMap(({ examples }) =>
      Object.entries(examples).map(([example, value]) => ({
        operationId,
        example,
        body: resolve<{ value: unknown }>(value).value,
      })),
    ),
  );
}

/** Every answer that the description promises. */
export function promisedAnswers(): PromisedAnswer[] {
  return operations().flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, reference]): PromisedAnswer[] => {
      const response = resolve<ResponseObject>(reference);
      const common = { operationId, status: Number(status) };
      if (!response.content) return [{ ...common, example: undefined, contentType: undefined, body: undefined }];
      return Object.entries(response.content).flatMap(([contentType, { examples }]) =>
        Object.entries(examples).map(([example, value]) => ({
          ...common,
          example,
          contentType,
          body: resolve<{ value: unknown }>(value).value,
        })),
      );
    }),
  );
}

/** The answer of that name, which must be promised. */
export function promisedAnswer(name: string): PromisedAnswer {
  const answer = promisedAnswers().find((candidate) => nameOf(candidate) === name);
  if (!answer)
    throw new Error(
      `The description promises no answer "${name}"; it promises ${promisedAnswers().map(nameOf).join(", ")}`,
    );
  return answer;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: (Parameter | Reference)[];
  readonly requestBody?: { readonly required: boolean } & ResponseObject;
  readonly security?: object[];
  readonly responses: Record<string, ResponseObject | Reference>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: object;
}

export function operations(): Operation[] {
  // What TypeScript infers of the JSON is narrower than what OpenAPI allows.
  const paths = description.paths as unknown as Record<string, Record<string, Operation>>;
  return Object.values(paths).flatMap((path) => Object.values(path));
}

export function resolve<T>(value: T | Reference): T {
  if (typeof value !== "object" || value === null || !("$ref" in value)) return value as T;
  const steps = value.$ref.split("/").slice(1);
  return steps.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], description) as T;
}
