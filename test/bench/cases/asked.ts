import type { Asked } from "../floors/queries.js";
import type { World } from "../world.js";

/** The tuning file's name as a dataset. */
export const DATASET = "llama-33m_tuning";

/** What the nth repetition asks for: always something else, so that nothing of an answer can be remembered. */
export function asked({ files, runs }: World, repetition: number): Asked {
  return {
    dataset: files.findIndex((file) => file.includes(DATASET)),
    line: 1 + ((repetition * 389) % runs),
    maxDropout: 0.08 + (repetition % 500) * 0.00004,
  };
}

/** The same as variables of GraphQL. */
export const variables = ({ line, maxDropout }: Asked) => ({
  line,
  where: { dataset: { eq: DATASET }, hyperparameters: { dropout: { lte: maxDropout } } },
});

/** Bodies of so many requests for what always differs, to be asked in turn. */
export const bodiesOf = (world: World, query: string): string[] =>
  Array.from({ length: 1000 }, (_, repetition) =>
    JSON.stringify({ query, variables: variables(asked(world, repetition)) }),
  );
