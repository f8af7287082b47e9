import { loadFloor } from "./load.js";

/** A process of its own that loads once and prints how many milliseconds that took: a database file, then the files. */
const [databaseFile = "", ...files] = process.argv.slice(2);
const start = performance.now();
await loadFloor(files, databaseFile);
process.stdout.write(`${performance.now() - start} ms\n`);
