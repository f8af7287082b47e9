import { delimiter } from "node:path";
import { ConfigurationFault } from "./errors.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Values of flags by commander's names: text, a list of it, or whether a switch was given. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** A setting's places: its flag, and the variable where the environment may hold it. */
export interface Place {
  /** As commander names it: `logLevel`. */
  readonly key: string;
  readonly flag: string;
  readonly variable: string | null;
}

/** A size as DuckDB reads it. */
export const SIZE = /^(\d+(?:\.\d+)?) ?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/;

interface Found {
  /** The flag or the variable that says it. */
  readonly source: string;
  readonly text: string;
}

/** Reads settings from flags, which win, and the environment, and gathers what is wrong with them. */
export class SettingsReader {
  readonly #faults: string[] = [];

  constructor(
    private readonly flags: FlagValues,
    private readonly environment: Environment,
  ) {}

  fault(message: string): void {
    this.#faults.push(message);
  }

  text(place: Place, fallback: string): string {
    return this.optionalText(place) ?? fallback;
  }

  optionalText(place: Place): string | null {
    const found = this.#find(place);
    if (!found) return null;
    if (found.text.trim() === "") this.fault(`${found.source}: it must not be empty.`);
    return found.text;
  }

  /** Text of a given form; `wanted` says which. */
  matching(place: Place, fallback: string, pattern: RegExp, wanted: string): string {
    const found = this.#find(place);
    if (!found || pattern.test(found.text)) return found?.text ?? fallback;
    this.#refuse(found, `${wanted} is wanted`);
    return fallback;
  }

  /** Text that can be refused: false where its flag was negated, or its variable is 0; null where nothing is said. */
  unless(place: Place): string | false | null {
    if (this.flags[place.key] === false) return false;
    const found = this.#find(place);
    return found?.source === place.variable && found.text === "0" ? false : this.optionalText(place);
  }

  /** A size such as 10GB, in bytes. */
  bytes(place: Place, fallback: string): number {
    const text = this.matching(place, fallback, SIZE, `a size such as ${fallback}`);
    const [, amount = "", unit = ""] = SIZE.exec(text) ?? [];
    const base = unit.includes("i") ? 1024 : 1000;
    return Number(amount) * base ** (1 + "KMGT".indexOf(unit.charAt(0)));
  }

  wholeNumber(place: Place, fallback: number, least: number, most: number): number {
    const found = this.#find(place);
    if (!found) return fallback;
    const value = /^\d+$/.test(found.text) ? Number(found.text) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.#refuse(found, `a whole number from ${least} to ${most} is wanted`);
    return fallback;
  }

  oneOf<T extends string>(place: Place, fallback: T, allowed: readonly T[]): T {
    const found = this.#find(place);
    if (!found) return fallback;
    const value = allowed.find((one) => one === found.text);
    if (value !== undefined) return value;
    this.#refuse(found, `allowed are ${allowed.join(", ")}`);
    return fallback;
  }

  /** A switch: a flag without a value, or a variable of 1, 0, true or false. */
  flag(place: Place, fallback: boolean): boolean {
    const given = this.flags[place.key];
    if (typeof given === "boolean" && given !== fallback) return given;
    const text = place.variable === null ? undefined : this.environment[place.variable];
    if (place.variable === null || text === undefined) return fallback;
    if (["1", "true", "yes"].includes(text.toLowerCase())) return true;
    if (["", "0", "false", "no"].includes(text.toLowerCase())) return false;
    this.#refuse({ source: place.variable, text }, "allowed are 1 and 0");
    return fallback;
  }

  /** Several words: of the flag, or of the variable, parted by commas. */
  words(place: Place): readonly string[] {
    const given = this.flags[place.key];
    if (Array.isArray(given)) return given as readonly string[];
    const text = place.variable === null ? undefined : this.environment[place.variable];
    return (text ?? "")
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== "");
  }

  /** SWEEPQL_DATA holds several, as PATH does: separated by a colon, or a semicolon on Windows. */
  data(): readonly string[] | null {
    const named = this.flags["data"] as readonly string[] | undefined;
    const inherited = this.environment["SWEEPQL_DATA"];
    const [source, sources] =
      named !== undefined
        ? ["--data", named]
        : ["SWEEPQL_DATA", inherited === undefined ? undefined : inherited.split(delimiter)];
    if (sources === undefined) return null;
    if (sources.length === 0 || sources.some((one) => one.trim() === "")) {
      this.fault(
        `${source}: ${JSON.stringify(sources.join(delimiter))} names no file; files, folders and globs are allowed.`,
      );
    }
    return sources;
  }

  /** The settings, once all are read. @throws ConfigurationFault where any was faulty. */
  settle<T>(settings: T): T {
    if (this.#faults.length > 0) throw new ConfigurationFault(this.#faults);
    return settings;
  }

  #refuse({ source, text }: Found, wanted: string): void {
    this.fault(`${source}: ${JSON.stringify(text)} is not allowed; ${wanted}.`);
  }

  #find({ key, flag, variable }: Place): Found | null {
    const given = this.flags[key];
    if (typeof given === "string") return { source: flag, text: given };
    const text = variable === null ? undefined : this.environment[variable];
    return variable === null || text === undefined ? null : { source: variable, text };
  }
}
