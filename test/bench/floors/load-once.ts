import { loadFloor, scanKeys } from "./load.js";
import { megabytes } from "../megabytes.js";

/** A process of its own that loads once and prints how many milliseconds that took, and the most memory: a database file, `scan-keys` where their keys are scanned too, then the files. */
const [databaseFile = "", scan, ...files] = process.argv.slice(2);
const start = performance.now();
await loadFloor(files, databaseFile);
if (scan === "scan-keys") await scanKeys(files);
process.stdout.write(`${performance.now() - start} ms, ${megabytes(process.resourceUsage().maxRSS)} MB\n`);
