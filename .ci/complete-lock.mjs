// Completes package-lock.json: `npm install` leaves out platform packages that the registry at hand
// does not have, and `npm ci` then refuses the lock file on every machine. Run after any change of
// dependencies: node .ci/complete-lock.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";

const file = "package-lock.json";
const lock = JSON.parse(readFileSync(file, "utf8"));
const { packages } = lock;

/** Where Node would find the package from there; undefined where the lock file has it nowhere. */
function find(from, name) {
  for (let place = from; ; place = place.slice(0, place.lastIndexOf("node_modules")).replace(/\/$/, "")) {
    const found = `${place ? `${place}/` : ""}node_modules/${name}`;
    if (packages[found]) return found;
    if (!place) return undefined;
  }
}

const systems = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors = [
  "arm64",
  "arm",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];

const added = [];
for (const [place, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (find(place, name) || !/^\d/.test(version)) continue;
    const words = name.split(/[-/]/);
    const os = systems.filter((system) => words.includes(system));
    const cpu = processors.filter(
      (processor) => words.includes(processor) || (processor === "arm" && words.includes("armv7")),
    );
    if (os.length + cpu.length === 0) throw new Error(`${name} of ${place}: which platform is it for?`);
    packages[`node_modules/${name}`] = {
      version,
      ...(cpu.length && { cpu }),
      ...(dev && { dev }),
      optional: true,
      ...(os.length && { os }),
    };
    added.push(name);
  }
}

if (added.length === 0) process.exit(0);
if (process.argv.includes("--check")) {
  console.error(`${file} lacks ${added.join(", ")}. Run: node .ci/complete-lock.mjs`);
  process.exit(1);
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`Added to ${file}: ${added.join(", ")}`);
