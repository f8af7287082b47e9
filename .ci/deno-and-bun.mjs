// Runs the packed client on Deno and Bun against a real server, with binaries from the registry. A
// runtime that it does not have is named, and passed over.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fetchPackage } from "./fetch-package.mjs";

const RUNTIMES = {
  Deno: {
    package: "@deno/linux-x64-glibc",
    command: (folder) => [join(folder, "deno"), "run", "--allow-net", "--allow-read", "--allow-env"],
  },
  Bun: { package: "@oven/bun-linux-x64", command: (folder) => [join(folder, "bin/bun"), "run"] },
};

const APP = `
import { AbortError, createClient, DatasetChangedDocument, LimitError, operations, QueryError, subscribe } from "@sweepql/client";
const url = process.argv[2];
const client = createClient({ url, operations });
const { runs } = await client.bestRuns({ metric: "VAL_RAW_LOSS", first: 3 });
const lines = [];
for await (const run of client.runs({}, { limit: 4, pageSize: 2 })) lines.push(run.line);
const refused = await client.dataset({ name: "none" }).catch((error) => error instanceof QueryError && error.code);
const dear = "{ runs(first: 5000) { nodes { configuration { runs(first: 5000) { nodes { id } } } } } }";
const limit = await client.request(dear).catch((error) => error instanceof LimitError && error.cost > error.budget);
const leave = new AbortController();
const observed = createClient({ url, observe: ({ type }) => type === "open" && leave.abort() });
const told = subscribe(observed, DatasetChangedDocument, {}, { signal: leave.signal }).next();
const left = await told.catch((error) => error instanceof AbortError);
console.log(runs.nodes.length, lines.length, refused, limit, left);
`;
const EXPECTED = "3 4 UNKNOWN_NAME true true";

const text = { encoding: "utf8", timeout: 120_000 };
const run = (command, words, cwd) => {
  const { status, stdout, stderr } = spawnSync(command, words, { ...text, cwd });
  if (status !== 0) throw new Error(`${command} ${words.join(" ")} failed: ${stderr}`);
  return stdout;
};

const folder = mkdtempSync(join(tmpdir(), "sweepql-runtimes-"));
const bin = resolve("server/sweepql.js");
const data = join(folder, "data");
run(process.execPath, [bin, "sample", "--out", data, "--runs", "16"]);
const tarball = run("npm", ["pack", "--silent", "--pack-destination", folder], resolve("client")).trim();
writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
writeFileSync(join(folder, "app.js"), APP);
run(
  "npm",
  ["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", join(folder, tarball)],
  folder,
);

const server = spawn(process.execPath, [bin, "serve", "--data", data, "--port", "0", "--log-level", "warn"], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const url = await new Promise((found, fail) => {
    let printed = "";
    server.stdout.on("data", (piece) => {
      printed += piece;
      const [address] = /http:\S+/.exec(printed) ?? [];
      if (address) found(address);
    });
    server.once("close", () => fail(new Error("the server ended")));
  });
  for (const [name, { package: wanted, command }] of Object.entries(RUNTIMES)) {
    const isHere = process.platform === "linux" && process.arch === "x64";
    const unpacked = isHere ? fetchPackage(wanted) : null;
    if (!unpacked) {
      console.log(`NOT RUN on ${name}: the registry at hand has no ${wanted} for this machine.`);
      continue;
    }
    const [binary, ...words] = command(unpacked);
    const printed = run(binary, [...words, "app.js", url], folder).trim();
    console.log(`${name}: ${printed}`);
    if (printed !== EXPECTED) process.exitCode = 1;
  }
} finally {
  server.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
