import { runTypeScript } from "../run-typescript.js";

await runTypeScript("server/watch/build-child.ts");
