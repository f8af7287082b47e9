import type { Columns, Connection, Rows } from "./connection.js";
import { openSnapshot, type SnapshotOptions } from "./open.js";
import type { Pool } from "./pool.js";
import { Turns } from "./turns.js";
import type { BoundValue } from "./values.js";

export interface EngineOptions extends SnapshotOptions {
  /** Shared by all engines of the process: statements that run at once, of whatever version. Default: one's own. */
  readonly turns?: Turns;
}

/** What an engine may take of the memory and spill folder of a process once a newer version is served. */
const SHARE_OF_OLDER = 1 / 8;

/**
 * Answers statements from one snapshot file. Statements of all versions take their turns together; a
 * version that is superseded gives its memory back, and is read with a small share of it from then on.
 */
export class Engine {
  #superseding: Promise<void> | null = null;

  private constructor(
    private readonly file: string,
    private readonly options: SnapshotOptions,
    private readonly turns: Turns,
    private pool: Pool,
  ) {}

  static async open(file: string, { turns, ...options }: EngineOptions = {}): Promise<Engine> {
    const pool = await openSnapshot(file, options);
    return new Engine(file, options, turns ?? new Turns(options.connections ?? Infinity), pool);
  }

  /** Lends a connection for as long as the work takes. */
  async withConnection<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.turns.enter(signal);
    try {
      return await this.pool.withConnection(work, signal);
    } finally {
      this.turns.leave();
    }
  }

  query(sql: string, values: readonly BoundValue[] = [], signal?: AbortSignal): Promise<Rows> {
    return this.withConnection((connection) => connection.query(sql, values, signal), signal);
  }

  columns(sql: string, values: readonly BoundValue[] = [], signal?: AbortSignal): Promise<Columns> {
    return this.withConnection((connection) => connection.columns(sql, values, signal), signal);
  }

  /**
   * Reads the file with a small share from now on: configurations are locked, so that it is opened again.
   * Statements under way end as they began. Where it cannot be opened again, all stays as it was.
   */
  supersede(): Promise<void> {
    this.#superseding ??= this.#openSmall();
    return this.#superseding;
  }

  /** Waits until no statement runs, and closes. */
  async closeWhenIdle(): Promise<void> {
    await this.#superseding;
    await this.pool.closeWhenIdle();
  }

  async #openSmall(): Promise<void> {
    const { memoryLimit, spillLimit, spillFolder = `${this.file}.spill`, ...others } = this.options;
    if (memoryLimit === undefined) return;
    const small = await openSnapshot(this.file, {
      ...others,
      memoryLimit: shareOf(memoryLimit),
      // Two instances must not write to one folder: their files have the same names.
      spillFolder: `${spillFolder}.older`,
      ...(spillLimit !== undefined && { spillLimit: shareOf(spillLimit) }),
    }).catch(() => null);
    if (!small) return;
    const large = this.pool;
    this.pool = small;
    await large.closeWhenIdle();
  }
}

/** An eighth of a size such as `2GB`. */
const shareOf = (size: string): string =>
  size.replace(/^[\d.]+/, (figure) => String(Number(figure) * SHARE_OF_OLDER));
