import { load } from "../../server/ingest/load.js";
import { megabytes } from "./megabytes.js";

/** A process of its own that loads once and prints how many milliseconds that took, and the most memory: a database file, then the files. */
const [databaseFile = "", ...sources] = process.argv.slice(2);
const start = performance.now();
await load({ sources, databaseFile });
process.stdout.write(`${performance.now() - start} ms, ${megabytes(process.resourceUsage().maxRSS)} MB\n`);
