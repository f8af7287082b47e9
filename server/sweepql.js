#!/usr/bin/env node
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`sweepql needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exit(2);
}

// Once the loader is registered, every package costs it a question, too: a tenth of a start.
if (process.argv[2] === "serve") await import("./served-packages.js");

// The rest is TypeScript, run as it stands. Our own tsconfig, whatever lies in the caller's folder.
const { register } = await import("tsx/esm/api");
register({ tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)) });
await import("./main.ts");
