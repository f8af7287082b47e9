import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultSample } from "../../server/sample/generate.js";
import { writeSample } from "../../server/sample/write-sample.js";
import { type Child, startScript, startService } from "./child.js";
import { Client } from "./client.js";
import { FloorDatabase } from "./floors/database.js";
import { loadFloor } from "./floors/load.js";

/** Addresses of servers that do next to nothing. */
export interface BareServers {
  readonly http: string;
  readonly yoga: string;
}

/** What the cases measure: the sample, the service over it, and the floor's own tables; made when first wanted. */
export class World {
  readonly #children: Child[] = [];
  readonly #clients: Client[] = [];
  #service: Promise<Child> | undefined;
  #floor: Promise<FloorDatabase> | undefined;
  #bare: Promise<BareServers> | undefined;
  #fileCount = 0;

  private constructor(
    private readonly folder: string,
    /** The tuning file, then the residual file. */
    readonly files: readonly string[],
    private readonly profileFolder: string | null,
  ) {}

  static async make(profileFolder: string | null): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), "sweepql-bench-"));
    const files = await writeSample({ ...defaultSample, directory: join(folder, "sample") });
    return new World(folder, files.sort(), profileFolder);
  }

  /** A path in the temporary folder that nothing uses. */
  freshFile(): string {
    this.#fileCount += 1;
    return join(this.folder, `file-${this.#fileCount}.duckdb`);
  }

  /** A client with a connection of its own to the running service, or to another server. */
  async client(url?: string): Promise<Client> {
    this.#service ??= this.startService(this.profileFolder);
    const client = new Client(url ?? (await this.#service).found);
    this.#clients.push(client);
    return client;
  }

  /** Another service over the same files, cold. */
  async startService(profileFolder: string | null = null): Promise<Child> {
    const child = await startService(this.files, profileFolder);
    this.#children.push(child);
    return child;
  }

  /** The floor's tables, opened for reading. */
  floor(): Promise<FloorDatabase> {
    this.#floor ??= (async () => {
      const file = this.freshFile();
      await loadFloor(this.files, file);
      return FloorDatabase.open(file);
    })();
    return this.#floor;
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
    await Promise.all(this.#children.map((child) => child.stop()));
    if (this.#floor) (await this.#floor).close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
