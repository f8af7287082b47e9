// Runs the tests of the packed client on the newest long-term release of Node, with binaries from the
// registry. Where it has none, this says so and passes: the other steps run on the Node at hand.
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { fetchPackage, newestVersion } from "./fetch-package.mjs";

const system = { linux: "linux", darwin: "darwin", win32: "win" }[process.platform];
const name = `node-${system}-${process.arch}`;

/** The newest even major whose newest version calls itself a long-term release. */
function newestLts() {
  const newest = Number.parseInt(newestVersion(name) ?? "", 10);
  for (let major = newest - (newest % 2); major > 20; major -= 2) {
    const folder = fetchPackage(`${name}@${major}`);
    if (!folder) continue;
    const bin = join(folder, "bin");
    const asked = spawnSync(
      join(bin, "node"),
      ["-p", "process.version + ' ' + (process.release.lts ?? '')"],
      {
        encoding: "utf8",
      },
    );
    const [version, codename] = (asked.stdout ?? "").trim().split(" ");
    if (codename) return { bin, version, codename };
  }
  return null;
}

const lts = newestLts();
if (!lts) {
  console.log(`NOT RUN on the newest long-term release of Node: the registry at hand has no ${name} of one.`);
} else {
  console.log(`On Node ${lts.version} (${lts.codename}):`);
  const { status } = spawnSync(
    join(lts.bin, "node"),
    ["node_modules/vitest/vitest.mjs", "run", "test/client/packaging.test.ts"],
    { stdio: "inherit", env: { ...process.env, PATH: `${lts.bin}${delimiter}${process.env.PATH}` } },
  );
  process.exitCode = status ?? 1;
}
