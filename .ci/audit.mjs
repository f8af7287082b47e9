// Fails on known faults of high severity in the dependencies. Where the registry at hand has no audits
// (a mirror, no network), it says so and passes: what cannot be known is no fault of the change.
import { spawnSync } from "node:child_process";

const { stdout } = spawnSync("npm", ["audit", "--json", "--omit=dev"], {
  encoding: "utf8",
  timeout: 120_000,
});
let counts;
try {
  counts = JSON.parse(stdout).metadata?.vulnerabilities;
} catch {
  counts = undefined;
}
if (!counts) {
  console.log(
    "NOT AUDITED: the registry at hand has no audits. Whether dependencies have known faults is unknown.",
  );
} else {
  console.log(`Audited: ${JSON.stringify(counts)}`);
  if (counts.high + counts.critical > 0) process.exitCode = 1;
}
