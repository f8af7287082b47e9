import type { Catalogue, CurveField, Dataset, Hyperparameter } from "./catalogue.js";
import { faultNaming } from "./faults.js";

/** The catalogue's things by the names that a request calls them. */
export class Names {
  readonly #hyperparameters: ReadonlyMap<string, Hyperparameter>;
  readonly #metrics: ReadonlyMap<string, CurveField>;
  readonly #datasets: ReadonlyMap<string, Dataset>;

  constructor(catalogue: Catalogue) {
    this.#hyperparameters = new Map(catalogue.hyperparameters.map((one) => [one.enumValue, one]));
    this.#metrics = new Map(catalogue.curveFields.map((one) => [one.enumValue, one]));
    this.#datasets = new Map(catalogue.datasets.map((one) => [one.name, one]));
  }

  /** By the value of the enum, which GraphQL has checked. */
  hyperparameter(enumValue: string): Hyperparameter {
    return known(this.#hyperparameters, enumValue);
  }

  /** By the value of the enum, which GraphQL has checked. */
  metric(enumValue: string): CurveField {
    return known(this.#metrics, enumValue);
  }

  /** @throws a fault that lists the datasets there are. */
  dataset(name: string, path: string): Dataset {
    const dataset = this.#datasets.get(name);
    if (dataset) return dataset;
    const names = [...this.#datasets.keys()];
    const listed = names.slice(0, 20).join(", ") + (names.length > 20 ? ", …" : "");
    throw faultNaming(
      "UNKNOWN_NAME",
      `${path}: there is no dataset ${JSON.stringify(name.slice(0, 80))}.`,
      `There are: ${listed}.`,
    );
  }
}

function known<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new Error(`The schema offers ${name}, and its catalogue does not have it.`);
  return value;
}
