import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSample } from "../../server/sample/write-sample.js";
import { type Child, type ServiceOptions, startScript, startService } from "./child.js";
import { Client } from "./client.js";
import { FloorDatabase } from "./floors/database.js";
import { loadFloor } from "./floors/load.js";
import { LoadGenerator } from "./load-generator/load-generator.js";

/** How many clients ask at once, where it is many. */
export const MANY_CLIENTS = 16;

/** Addresses of servers that do next to nothing. */
export interface BareServers {
  readonly http: string;
  readonly yoga: string;
}

export interface WorldOptions {
  /** Runs of the tuning file; the residual file has as many. */
  readonly runs: number;
  /** Where the sample lies, or is made and stays; null: a temporary folder. */
  readonly data: string | null;
  /** Takes the service's CPU profile. */
  readonly profile: string | null;
}

/** In the order in which datasets are numbered. */
const SAMPLE_FILES = ["llama-33m_residual.results.jsonl", "llama-33m_tuning.results.jsonl"] as const;

async function countLines(file: string): Promise<number> {
  let count = 0;
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const bytes = piece as Buffer;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  }
  return count;
}

/** What the cases measure: the sample, the service over it, and the floor's own tables; made when first wanted. */
export class World {
  readonly #children: Child[] = [];
  readonly #clients: Client[] = [];
  #service: Promise<Child> | undefined;
  #floors: Promise<FloorDatabase[]> | undefined;
  #bare: Promise<BareServers> | undefined;
  #loadGenerator: LoadGenerator | undefined;
  #pathCount = 0;

  private constructor(
    private readonly folder: string,
    readonly files: readonly string[],
    private readonly options: WorldOptions,
  ) {}

  static async make(options: WorldOptions): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), "sweepql-bench-"));
    const directory = options.data ?? join(folder, "sample");
    await mkdir(directory, { recursive: true });
    const found = (await readdir(directory)).filter((name) => name.endsWith(".jsonl"));
    if (found.length === 0) await writeSample({ seed: 1, runs: options.runs, directory });
    const files = SAMPLE_FILES.map((name) => join(directory, name));
    const runs = await countLines(join(directory, SAMPLE_FILES[1]));
    if (runs !== options.runs)
      throw new Error(`${directory} holds ${runs} tuning runs, and --runs asks for ${options.runs}`);
    return new World(folder, files, options);
  }

  /** Of the tuning file. */
  get runs(): number {
    return this.options.runs;
  }

  /** A path in the temporary folder that nothing uses. */
  freshPath(): string {
    this.#pathCount += 1;
    return join(this.folder, `path-${this.#pathCount}`);
  }

  get loadGenerator(): LoadGenerator {
    this.#loadGenerator ??= new LoadGenerator();
    return this.#loadGenerator;
  }

  /** The address of the running service, which keeps no answers. */
  async service(): Promise<string> {
    this.#service ??= this.startService({ profileFolder: this.options.profile });
    return (await this.#service).found;
  }

  /** A client with a connection of its own to the running service, or to another server. */
  async client(url?: string): Promise<Client> {
    const client = new Client(url ?? (await this.service()));
    this.#clients.push(client);
    return client;
  }

  /** Another service over the same files, cold. */
  async startService(options: ServiceOptions = {}): Promise<Child> {
    const child = await startService(this.files, options);
    this.#children.push(child);
    return child;
  }

  /** The floor's tables, opened for reading, with as many connections as are ever asked at once. */
  floors(): Promise<FloorDatabase[]> {
    this.#floors ??= (async () => {
      const file = this.freshPath();
      await loadFloor(this.files, file);
      return FloorDatabase.openMany(file, MANY_CLIENTS);
    })();
    return this.#floors;
  }

  bareServers(): Promise<BareServers> {
    this.#bare ??= (async () => {
      const child = await startScript(new URL("./floors/bare-servers.ts", import.meta.url), [], /^\{.*\}$/);
      this.#children.push(child);
      return JSON.parse(child.found) as BareServers;
    })();
    return this.#bare;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    this.#loadGenerator?.close();
    await Promise.all(this.#children.map((child) => child.stop()));
    if (this.#floors) for (const floor of await this.#floors) floor.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
