import type { Builder, BuilderTypes } from "../builder.js";
import type { Catalogue, Hyperparameter } from "../catalogue.js";
import type { Selection } from "../selection.js";
import type { RowValues, StoredValue } from "../store.js";
import { finiteOrNull, stateOf } from "../values.js";
import { describe } from "./describe.js";
import type { Enums } from "./enums.js";

export interface HyperparameterValue {
  readonly hyperparameter: Hyperparameter;
  readonly original: string;
  readonly value: StoredValue;
}

/** `Hyperparameters` (typed fields, null where the catalogue has none) and `HyperparameterValue` (name and value). */
export function defineHyperparameters(builder: Builder, catalogue: Catalogue, enums: Enums) {
  const typed =
    catalogue.hyperparameters.length === 0
      ? null
      : builder.objectRef<RowValues>("Hyperparameters").implement({
          description:
            "The hyperparameters of all served datasets. One is null where the run's dataset lacks it, or its value is missing or not finite.",
          fields: (t) =>
            Object.fromEntries(
              catalogue.hyperparameters.map((one) => [one.name, typedField(t, one)] as const),
            ),
        });
  const value = builder.objectRef<HyperparameterValue>("HyperparameterValue").implement({
    description: "A hyperparameter by name and value, whatever the dataset.",
    fields: (t) => ({
      name: t.string({ description: "Name of the typed field.", resolve: (it) => it.hyperparameter.name }),
      originalName: t.string({ description: "Key in the file.", resolve: (it) => it.original }),
      type: t.field({
        description: "Type of the typed field.",
        type: enums.valueType,
        resolve: (it) => it.hyperparameter.type,
      }),
      number: t.float({
        nullable: true,
        description: "The value where it is a finite number.",
        resolve: (it) => finiteOrNull(it.value),
      }),
      boolean: t.boolean({
        nullable: true,
        description: "The value where it is true or false.",
        resolve: (it) => (typeof it.value === "boolean" ? it.value : null),
      }),
      string: t.string({
        nullable: true,
        description: "The value where it is a string.",
        resolve: (it) => (typeof it.value === "string" ? it.value : null),
      }),
      state: t.field({
        type: enums.valueState,
        description: "Whether there is a value, and where not, why.",
        resolve: (it) => stateOf(it.value),
      }),
    }),
  });
  return { typed, value };
}

function typedField(t: FieldBuilder, one: Hyperparameter) {
  const value = (values: RowValues): StoredValue => values.get(one.column) ?? null;
  const options = { nullable: true, ...describe(one) } as const;
  switch (one.type) {
    case "integer":
      return t.field({ type: "SafeInt", ...options, resolve: (it) => finiteOrNull(value(it)) });
    case "float":
      return t.float({ ...options, resolve: (it) => finiteOrNull(value(it)) });
    case "boolean":
      return t.boolean({ ...options, resolve: (it) => value(it) as boolean | null });
    case "string":
      return t.string({ ...options, resolve: (it) => value(it) as string | null });
  }
}

type FieldBuilder = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, RowValues>;

export type Hyperparameters = ReturnType<typeof defineHyperparameters>;

/** The hyperparameters that a selection on `Configuration` reads. */
export function configurationHyperparameters(selection: Selection, catalogue: Catalogue): Hyperparameter[] {
  const fields = selection.fields("Configuration");
  if (fields.some(({ name }) => name === "hyperparameterValues")) return [...catalogue.hyperparameters];
  const wanted = new Set(
    fields
      .filter(({ name }) => name === "hyperparameters")
      .flatMap(({ selection: below }) => below.fields().map(({ name }) => name)),
  );
  return catalogue.hyperparameters.filter(({ name }) => wanted.has(name));
}
