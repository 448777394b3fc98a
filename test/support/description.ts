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

function operations(): { operationId: string; responses: Record<string, ResponseObject | Reference> }[] {
  return Object.values(description.paths).flatMap((path) => Object.values(path));
}

function resolve<T>(value: T | Reference): T {
  if (typeof value !== "object" || value === null || !("$ref" in value)) return value as T;
  const steps = value.$ref.split("/").slice(1);
  return steps.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], description) as T;
}
