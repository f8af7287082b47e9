import type { Builder } from "../builder.js";
import type { ServingFault } from "../context.js";
import type { Refs } from "./refs.js";

/** `ServingFault`: why data that lie there are not served. */
export function defineServingFaults(builder: Builder, refs: Refs): void {
  const servingFault = builder.objectRef<ServingFault>("ServingFault").implement({
    description:
      "Why the newest content of a file is not served; its last good version is, where there was one.",
    fields: (t) => ({
      dataset: t.exposeString("dataset", {
        nullable: true,
        description:
          "The name of the dataset that the file makes; null where the fault is of all data, or of a folder or pattern that holds no file now.",
      }),
      message: t.exposeString("message", { description: "What is wrong with the content." }),
    }),
  });
  builder.queryField("servingFaults", (t) =>
    t.field({
      type: [servingFault],
      description: "What a server that watches its files could not load; empty where all is served as it is.",
      resolve: (_, __, { faults }) => faults,
    }),
  );
  builder.objectField(refs.dataset, "fault", (t) =>
    t.string({
      nullable: true,
      description:
        "Why the file's newest content is not served, but an earlier version; null where the newest is.",
      resolve: ({ name }, _, { faults }) =>
        faults.find(({ dataset, isOfUnserved }) => !isOfUnserved && (dataset === name || dataset === null))
          ?.message ?? null,
    }),
  );
}
