// A process starts without the loader that runs TypeScript; this registers it, as the command's entry does.
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

register({ tsconfig: fileURLToPath(new URL("../../tsconfig.json", import.meta.url)) });
await import("./build-child.ts");
