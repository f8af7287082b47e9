import { getArgumentValues, type GraphQLAbstractType, type GraphQLResolveInfo } from "graphql";
import type { Context } from "../../schema/context.js";
import type { ObjectPlan, Operation, OperationPlan, ResolvedPlan, ValuePlan } from "./plan.js";
import { type Part, type Text, whole } from "./text.js";

/**
 * Answers a planned query as JSON text: the data that the generic executor would answer, byte for byte.
 * @throws where any field fails; what the answer then is, with its errors, the generic executor knows.
 */
export const writeOperation = (plan: OperationPlan, asked: Operation, context: Context): Promise<Text> =>
  new Writing(plan, asked, context).write(plan.root);

/** Items of a list that become text together: long answers are sent in pieces, and those are made of such. */
const OBJECTS_AT_ONCE = 64;
const LEAVES_AT_ONCE = 4096;

/** A value that is text already, or will be: it is waited for, or made when it is sent. */
class Written {
  constructor(readonly text: Text) {}
}

/** One execution. What can be is kept as plain values, for JSON.stringify writes many at once faster than one by one. */
class Writing {
  readonly #args: Readonly<Record<string, unknown>>[];
  readonly #infos: GraphQLResolveInfo[];
  /** Values that are waited for. */
  #waiting = 0;
  #finish: () => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;
  /** Whether what is written now was put off until it is sent. */
  #isLate = false;

  constructor(
    plan: OperationPlan,
    private readonly asked: Operation,
    private readonly context: Context,
  ) {
    this.#args = new Array<Record<string, unknown>>(plan.fieldCount);
    this.#infos = new Array<GraphQLResolveInfo>(plan.fieldCount);
  }

  write(root: ObjectPlan): Promise<Text> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      const text = textOf(this.#object(root, undefined));
      this.#finish = () => resolve(text);
      if (this.#waiting === 0) resolve(text);
    });
  }

  /** Like each that writes: a plain value where it can be one. */
  #object(plan: ObjectPlan, source: unknown): unknown {
    const text: Part[] = [];
    let object: Record<string, unknown> = {};
    for (const field of plan.fields) {
      if (field.kind === "typename") {
        put(object, field.key, field.name);
        continue;
      }
      const value = this.#field(field, source);
      if (value instanceof Written) {
        text.push(begun(text, "{", object), field.opening, value.text);
        object = {};
      } else put(object, field.key, value);
    }
    return text.length === 0 ? object : ended(text, object);
  }

  #field(field: ResolvedPlan, source: unknown): unknown {
    const args = field.args ?? this.#argsOf(field);
    return this.#found(field, field.value, field.resolve(source, args, this.context, this.#infoOf(field)));
  }

  #found(field: ResolvedPlan, plan: ValuePlan, value: unknown): unknown {
    return isPromise(value) ? this.#awaited(field, plan, value) : this.#value(field, plan, value);
  }

  #awaited(field: ResolvedPlan, plan: ValuePlan, value: Promise<unknown>): Written {
    if (this.#isLate)
      throw new TypeError(`${field.parentType.name}.${field.definition.name} does not resolve at once.`);
    const place: Part[] = [];
    this.#waiting += 1;
    value
      .then((found) => {
        place.push(textOf(this.#value(field, plan, found)));
        this.#waiting -= 1;
        if (this.#waiting === 0) this.#finish();
      })
      .catch(this.#fail);
    return new Written(place);
  }

  #value(field: ResolvedPlan, plan: ValuePlan, value: unknown): unknown {
    if (value === null || value === undefined) return nullOf(field, plan);
    switch (plan.kind) {
      case "leaf":
        return plan.text ? new Written([plan.text(value)]) : plan.serialize(value);
      case "object":
        return this.#objectOrLate(plan.object, value);
      case "abstract":
        return this.#objectOrLate(this.#typed(field, plan, value), value);
      case "list":
        return this.#listOrLate(field, plan.item, value as Iterable<unknown>);
    }
  }

  #objectOrLate(plan: ObjectPlan, value: unknown): unknown {
    return plan.isLate ? this.#late(() => this.#object(plan, value)) : this.#object(plan, value);
  }

  #listOrLate(field: ResolvedPlan, plan: ValuePlan, values: Iterable<unknown>): unknown {
    const isLate = plan.kind === "object" && plan.object.isLate;
    return isLate ? this.#late(() => this.#list(field, plan, values)) : this.#list(field, plan, values);
  }

  #list(field: ResolvedPlan, plan: ValuePlan, values: Iterable<unknown>): unknown {
    const text: Part[] = [];
    const most = this.#isLate ? Infinity : plan.kind === "leaf" ? LEAVES_AT_ONCE : OBJECTS_AT_ONCE;
    let items: unknown[] = [];
    for (const value of values) {
      const item = this.#found(field, plan, value);
      if (item instanceof Written) {
        text.push(begun(text, "[", items), item.text);
        items = [];
        continue;
      }
      if (items.length === most) {
        text.push(`${text.length === 0 ? "[" : ","}${inner(items)}`);
        items = [];
      }
      items.push(item);
    }
    return text.length === 0 ? items : ended(text, items);
  }

  /** Puts off writing a value whose fields all resolve at once, unless this is later already. */
  #late(value: () => unknown): unknown {
    if (this.#isLate) return value();
    const write = (): string => {
      this.#isLate = true;
      try {
        return whole(textOf(value()));
      } finally {
        this.#isLate = false;
      }
    };
    return new Written([write]);
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

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";

const textOf = (value: unknown): Text => (value instanceof Written ? value.text : [JSON.stringify(value)]);

type Members = Record<string, unknown> | readonly unknown[];

/** Members without the brackets around them. */
const inner = (members: Members): string => JSON.stringify(members).slice(1, -1);

/** What comes before a member that is text: a bracket or comma, and plain members since the last such. */
function begun(text: readonly Part[], bracket: "{" | "[", members: Members): string {
  const before = inner(members);
  return `${text.length === 0 ? bracket : ","}${before}${before === "" ? "" : ","}`;
}

/** A value of which some members are text, with the plain ones that come last. */
function ended(text: readonly Part[], members: Members): Written {
  const rest = inner(members);
  const bracket = Array.isArray(members) ? "]" : "}";
  return new Written([...text, `${rest === "" ? "" : `,${rest}`}${bracket}`]);
}
