import fc from "fast-check";

/** A file of a layout, and what may be appended to it: whole lines, each with its newline. */
export interface GrowingFile {
  readonly name: string;
  readonly start: fc.Arbitrary<string>;
  /** Lines like those that are there. */
  readonly alike: fc.Arbitrary<string>;
  /** Lines that are odd in some way: faulty, of other keys or types, or strange bytes. */
  readonly odd: fc.Arbitrary<Buffer>;
}

const number = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0.5, 1.5, 2.25, -3.75, 0.1) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }) },
);
/** As it stands in a curve. */
const logged = fc.oneof(
  { weight: 10, arbitrary: number.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.constantFrom("NaN", "Infinity", "-Infinity", "null", '"NaN"') },
);
/** Few values, so that configurations come again. */
const lr = fc.constantFrom("0.5", "0.25", "0.125");
const length = fc.integer({ min: 0, max: 5 });
const depth = fc.integer({ min: 1, max: 3 });
const flag = fc.constantFrom("", ', "diverged": true', ', "diverged": false', ', "synthetic": true');

const objects = fc
  .tuple(lr, depth, flag, fc.array(fc.tuple(logged, logged), { maxLength: 5 }))
  .map(
    ([rate, deep, more, values]) =>
      `{"hyperparameters": {"lr": ${rate}, "depth": ${deep}, "opt": "sgd"}${more}, "learning_curve": [` +
      values
        .map(([loss, accuracy], index) => `{"step": ${index + 1}, "loss": ${loss}, "acc": ${accuracy}}`)
        .join(", ") +
      "]}\n",
  );

const tuples = fc
  .tuple(lr, fc.array(logged, { maxLength: 4 }), fc.boolean())
  .map(
    ([rate, values, wide]) =>
      `{"lr": ${rate}, "curve": [${values.map((value, index) => `[${index + 1}, ${value}${wide ? ", 7.5" : ""}]`).join(", ")}]}\n`,
  );

const arrays = length.chain((count) =>
  fc
    .tuple(lr, fc.array(logged, { minLength: count, maxLength: count }))
    .map(
      ([rate, values]) =>
        `{"lr": ${rate}, "tags": "a", "step": [${values.map((_, index) => index + 1).join(", ")}], "loss": [${values.join(", ")}]}\n`,
    ),
);

const splits = fc
  .tuple(lr, fc.array(logged, { maxLength: 3 }), fc.array(logged, { maxLength: 3 }))
  .map(([rate, val, test]) => {
    const points = (values: readonly string[]): string =>
      values.map((loss, index) => `{"step": ${index + 1}, "loss": ${loss}}`).join(", ");
    return `{"lr": ${rate}, "curves": {"val": [${points(val)}], "test": [${points(test)}]}}\n`;
  });

/** Any file may get these. */
const ODD: readonly (string | Buffer)[] = [
  "oops\n",
  "[1]\n",
  "{}\n",
  "\n",
  "  \t\n",
  '{"lr": 0.5, "lr": 1}\n',
  '{"hyperparameters": {"lr": "high"}, "lr": "high"}\n',
  '{"hyperparameters": {"lr": 9007199254740993}, "lr": 9007199254740993}\n',
  '{"hyperparameters": {"lr": "NaN"}, "lr": "NaN"}\n',
  '{"hyperparameters": {"lr": 0.5, "depth": 2.5}, "learning_curve": []}\n',
  '{"hyperparameters": {"lr": 0.5, "opt": 3}, "learning_curve": []}\n',
  '{"hyperparameters": {"lr": 0.5, "width": 8}, "learning_curve": []}\n',
  '{"hyperparameters": {"lr": 0.5}, "learning_curve": [{"step": 2, "loss": 1.5}, {"step": 1, "loss": 1.5}]}\n',
  '{"hyperparameters": {"lr": 0.5}, "learning_curve": [{"step": null, "loss": 1.5}]}\n',
  '{"hyperparameters": {"lr": 0.5}, "learning_curve": [{"step": 1, "loss": 1.5, "loss": 2.5}]}\n',
  '{"hyperparameters": {"lr": 0.5}, "learning_curve": [{"step": 1, "grad": 1.5}]}\n',
  '{"lr": 0.5, "curve": [[1, 2.5, 3.5, 4.5]]}\n',
  '{"lr": 0.5, "step": [1, 2], "loss": [3.5]}\n',
  '{"lr": 0.5, "curves": {"val": [{"step": 1, "loss": 2.5}], "train": [{"step": 1, "loss": 2.5}]}}\n',
  `{"lr": 0.5, "deep": ${"[".repeat(300)}${"]".repeat(300)}}\n`,
  '{"lr": 0.5, "x": "\u0001"}\n',
  '{"lr": 0.5}\r\n',
  "\ufeff{}\n",
  Buffer.from([0xff, 0xfe, 0x0a]),
];
const odd = fc.constantFrom(...ODD).map((bytes) => Buffer.from(bytes));

const fileOf = (name: string, first: string, alike: fc.Arbitrary<string>): GrowingFile => ({
  name,
  start: fc.array(alike, { minLength: 1, maxLength: 12 }).map((lines) => [`${first}\n`, ...lines].join("")),
  alike,
  odd,
});

const OBJECTS =
  '{"hyperparameters": {"lr": 0.5, "depth": 1, "opt": "sgd"}, "learning_curve": [{"step": 1, "loss": 2.5, "acc": 0.5}]}';

/** Two files of one family, between files of other layouts, in order of name. */
export const GROWING: readonly GrowingFile[] = [
  fileOf("arrays", '{"lr": 0.5, "tags": "a", "step": [1], "loss": [2.5]}', arrays),
  fileOf("objects-a", OBJECTS, objects),
  fileOf("objects-b", OBJECTS, objects),
  fileOf(
    "splits",
    '{"lr": 0.5, "curves": {"val": [{"step": 1, "loss": 2.5}], "test": [{"step": 1, "loss": 1.5}]}}',
    splits,
  ),
  fileOf("tuples", '{"lr": 0.5, "curve": [[1, 2.5, 7.5]]}', tuples),
];
