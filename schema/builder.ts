import SchemaBuilder from "@pothos/core";
import type { Context } from "./context.js";
import type { FloatList } from "./float-list.js";

/** What Pothos has to know of our context and scalars. */
interface Types {
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    SafeInt: { Input: number; Output: number };
    FloatList: { Input: never; Output: FloatList };
  };
}

export type BuilderTypes = PothosSchemaTypes.ExtendDefaultTypes<Types>;

export type Builder = PothosSchemaTypes.SchemaBuilder<BuilderTypes>;

/** A builder without types; `schema.ts` has each file of `types/` add its own. */
export const createBuilder = (): Builder => new SchemaBuilder<Types>({ defaultFieldNullability: false });
