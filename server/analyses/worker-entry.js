import { runTypeScript } from "../run-typescript.js";

await runTypeScript("server/analyses/worker.ts");
