// What the docs need of the spec. No other file in this folder imports the queries.
import { documentedResponses, operations, resolve, spec as typed } from "../common/spec.js";
import { componentName as nameOfComponent } from "../common/spec-queries.js";

export { documentedResponses, nameOfComponent };

/** @typedef {Record<string, any>} Schema */

export const spec = /** @type {any} */ (typed);

/** @type {(value: any) => any} */
export const resolved = resolve;

/** Every operation, with its method and its path. */
export const documentedOperations = () => /** @type {any[]} */ (operations());
