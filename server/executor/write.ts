import { getArgumentValues, type GraphQLAbstractType, type GraphQLResolveInfo } from "graphql";
import type { Context } from "../../schema/context.js";
import type { ObjectPlan, Operation, OperationPlan, ResolvedPlan, ValuePlan } from "./plan.js";
import { joined, type Text, whole } from "./text.js";

type MaybePromise<T> = T | Promise<T>;

/**
 * Answers a planned query as JSON text: the data that the generic executor would answer, byte for byte.
 * @throws where any field fails; what the answer then is, with its errors, the generic executor knows.
 */
export const writeOperation = async (
  plan: OperationPlan,
  asked: Operation,
  context: Context,
): Promise<Text> => new Writing(plan, asked, context).object(plan.root, undefined);

/** One execution. */
class Writing {
  readonly #args: Readonly<Record<string, unknown>>[];
  readonly #infos: GraphQLResolveInfo[];

  constructor(
    plan: OperationPlan,
    private readonly asked: Operation,
    private readonly context: Context,
  ) {
    this.#args = new Array<Record<string, unknown>>(plan.fieldCount);
    this.#infos = new Array<GraphQLResolveInfo>(plan.fieldCount);
  }

  object(plan: ObjectPlan, source: unknown): MaybePromise<Text> {
    const texts: MaybePromise<Text>[] = [];
    let open = "{";
    try {
      for (const field of plan.fields) {
        if (field.kind === "typename") {
          open += field.text;
          continue;
        }
        const text = this.#field(field, source);
        if (typeof text === "string") {
          open += field.opening + text;
        } else {
          texts.push(open + field.opening, text);
          open = "";
        }
      }
    } catch (error) {
      abandon(texts);
      throw error;
    }
    open += "}";
    if (texts.length === 0) return open;
    texts.push(open);
    return together(texts);
  }

  #field(field: ResolvedPlan, source: unknown): MaybePromise<Text> {
    const args = field.args ?? this.#argsOf(field);
    const resolved: unknown = field.resolve(source, args, this.context, this.#infoOf(field));
    return isPromise(resolved)
      ? resolved.then((value) => this.#value(field, field.value, value))
      : this.#value(field, field.value, resolved);
  }

  #value(field: ResolvedPlan, plan: ValuePlan, value: unknown): MaybePromise<Text> {
    if (value === null || value === undefined) return String(nullOf(field, plan));
    switch (plan.kind) {
      case "leaf":
        return plan.write(value);
      case "object":
        return this.#objectOrLate(plan.object, value);
      case "abstract":
        return this.#objectOrLate(this.#typed(field, plan, value), value);
      case "list":
        return this.#list(field, plan.item, value as Iterable<unknown>);
    }
  }

  #objectOrLate(plan: ObjectPlan, value: unknown): MaybePromise<Text> {
    switch (plan.late) {
      case null:
        return this.object(plan, value);
      case "values":
        return [() => JSON.stringify(this.#plainObject(plan, value))];
      case "texts":
        return [() => this.#lateText(plan, value)];
    }
  }

  /** An object whose fields all resolve at once, of which some bring their own text. */
  #lateText(plan: ObjectPlan, source: unknown): string {
    const text = this.object(plan, source);
    if (isPromise(text)) throw new TypeError("An object that resolves at once asks somebody.");
    return whole(text);
  }

  #list(field: ResolvedPlan, plan: ValuePlan, values: Iterable<unknown>): MaybePromise<Text> {
    if (plan.kind === "object" && plan.object.late === "values") {
      return [() => JSON.stringify(this.#plainList(field, plan, values))];
    }
    const texts: MaybePromise<Text>[] = [];
    let separator = "[";
    try {
      for (const value of values) {
        texts.push(
          separator,
          isPromise(value)
            ? value.then((found) => this.#value(field, plan, found))
            : this.#value(field, plan, value),
        );
        separator = ",";
      }
    } catch (error) {
      abandon(texts);
      throw error;
    }
    if (texts.length === 0) return "[]";
    texts.push("]");
    return together(texts);
  }

  /** An object whose fields all resolve at once, as values: JSON.stringify writes many numbers faster than one by one. */
  #plainObject(plan: ObjectPlan, source: unknown): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const field of plan.fields) {
      if (field.kind === "typename") {
        put(object, field.key, field.name);
        continue;
      }
      const args = field.args ?? this.#argsOf(field);
      const resolved: unknown = field.resolve(source, args, this.context, this.#infoOf(field));
      put(object, field.key, this.#plain(field, field.value, resolved));
    }
    return object;
  }

  #plain(field: ResolvedPlan, plan: ValuePlan, value: unknown): unknown {
    if (value === null || value === undefined) return nullOf(field, plan);
    if (isPromise(value))
      throw new TypeError(`${field.parentType.name}.${field.definition.name} does not resolve at once.`);
    switch (plan.kind) {
      case "leaf":
        return plan.serialize(value);
      case "object":
        return this.#plainObject(plan.object, value);
      case "abstract":
        return this.#plainObject(this.#typed(field, plan, value), value);
      case "list":
        return this.#plainList(field, plan.item, value as Iterable<unknown>);
    }
  }

  #plainList(field: ResolvedPlan, plan: ValuePlan, values: Iterable<unknown>): unknown[] {
    return Array.from(values, (value) => this.#plain(field, plan, value));
  }

  #typed(
    field: ResolvedPlan,
    { type, byName }: { type: GraphQLAbstractType; byName: ReadonlyMap<string, ObjectPlan> },
    value: unknown,
  ): ObjectPlan {
    const name: unknown = type.resolveType?.(value, this.context, this.#infoOf(field), type);
    const plan = typeof name === "string" ? byName.get(name) : undefined;
    if (!plan) throw new TypeError(`${type.name} has no type ${String(name)}.`);
    return plan;
  }

  #argsOf(field: ResolvedPlan): Readonly<Record<string, unknown>> {
    return (this.#args[field.index] ??= getArgumentValues(
      field.definition,
      field.nodes[0] as NonNullable<(typeof field.nodes)[0]>,
      this.asked.variables,
    ));
  }

  /** One for all parents: no resolver asks where in the answer it is. */
  #infoOf({ index, key, parentType, definition, nodes }: ResolvedPlan): GraphQLResolveInfo {
    const { schema, fragments, operation, variables } = this.asked;
    return (this.#infos[index] ??= {
      fieldName: definition.name,
      fieldNodes: nodes,
      returnType: definition.type,
      parentType,
      path: { prev: undefined, key, typename: parentType.name },
      schema,
      fragments,
      rootValue: undefined,
      operation,
      variableValues: variables,
    });
  }
}

function put(object: Record<string, unknown>, key: string, value: unknown): void {
  // Set as others are, it would be the object's prototype.
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true });
  else object[key] = value;
}

function nullOf({ parentType, definition }: ResolvedPlan, { nullable }: ValuePlan): null {
  if (nullable) return null;
  throw new TypeError(`${parentType.name}.${definition.name} is null.`);
}

const isPromise = <T>(value: MaybePromise<T>): value is Promise<T> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";

const together = (texts: readonly MaybePromise<Text>[]): MaybePromise<Text> =>
  texts.some(isPromise)
    ? Promise.all(texts.map((text) => Promise.resolve(text))).then(joined)
    : joined(texts as readonly Text[]);

/** Another field failed already, which is what the request hears of. */
function abandon(texts: readonly MaybePromise<Text>[]): void {
  for (const text of texts) if (isPromise(text)) text.catch(() => undefined);
}
