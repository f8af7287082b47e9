import { type OperationDefinitionNode, OperationTypeNode } from "graphql";
import { saidOf } from "./comments.js";
import { faultAt, placeOf, type ReadOperation } from "./read-documents.js";

/** The methods that every client has, and one that would make it pass for a promise; `ReservedName` of the client's types is the same. */
export const RESERVED = ["request", "paginate", "then"] as const;

/** A query or mutation, as a method of a client. */
export interface OperationMethod {
  readonly name: string;
  /** The name of the constant that is its document. */
  readonly document: string;
  /** What its document says of it. */
  readonly description: string | null;
}

/** The name of the constant that is an operation's document. */
export const documentName = (operation: string): string => `${operation}Document`;

/** `CountRuns` → `countRuns`. */
const methodName = (operation: string): string => operation.charAt(0).toLowerCase() + operation.slice(1);

/** Operations as methods of a client, and all that keeps them from being that, with file, line and column. */
export function operationMethods(operations: readonly ReadOperation[]): {
  readonly methods: readonly OperationMethod[];
  readonly faults: readonly string[];
} {
  const methods: OperationMethod[] = [];
  const faults: string[] = [];
  const known = new Map<string, OperationDefinitionNode>();
  for (const { operation } of operations) {
    const name = operation.name?.value;
    if (name === undefined) {
      faults.push(faultAt(operation, "An operation needs a name here: its method gets it."));
      continue;
    }
    const method = methodName(name);
    const other = known.get(method);
    if (other) {
      const both = other.name?.value === name ? "" : `, which would be the same method ${method}`;
      faults.push(
        faultAt(
          operation,
          `There is another operation ${other.name?.value}, at ${placeOf(other)}${both}; ${name} needs another name.`,
        ),
      );
      continue;
    }
    known.set(method, operation);
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) continue;
    if (isTaken(method))
      faults.push(
        faultAt(
          operation,
          `The operation ${name} would be the method ${method}, which is taken. Any other name will do that becomes ` +
            `neither ${RESERVED.join(", ")}, nor what every object has (constructor, toString, …).`,
        ),
      );
    methods.push({ name: method, document: documentName(name), description: saidOf(operation) });
  }
  return { methods, faults };
}

const isTaken = (method: string): boolean =>
  RESERVED.some((one) => one === method) || method in Object.prototype;
