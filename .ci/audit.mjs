// Asks the registry for known faults of the dependencies. Fails where what is installed with the
// package has one of high or critical severity, and tells of those that only development needs. Where
// the registry has no audits (a mirror) nothing can be known, which is no fault of the change; any
// other failure to find out is one.
import { spawnSync } from "node:child_process";

/** How npm says that the registry does not know audits: the address is not there, or not for this. */
const NO_AUDITS = /\b(404|405|501|ENOAUDIT)\b|not (found|implemented|supported)|endpoint is being retired/i;

/** Faults by severity, or why there are none to count. */
function audit(...flags) {
  const { stdout, stderr, error } = spawnSync("npm", ["audit", "--json", ...flags], {
    encoding: "utf8",
    timeout: 120_000,
  });
  let said;
  try {
    said = JSON.parse(stdout);
  } catch {
    said = {};
  }
  if (said.metadata?.vulnerabilities) return { counts: said.metadata.vulnerabilities };
  const why = [said.message, said.error?.summary, said.error?.code, error?.message, stderr]
    .filter(Boolean)
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .slice(0, 500);
  return { why: why || "npm said nothing", hasNoAudits: NO_AUDITS.test(why) };
}

for (const [what, isGuarded, ...flags] of [
  ["production", true, "--omit=dev"],
  ["production and development", false],
]) {
  const { counts, why, hasNoAudits } = audit(...flags);
  if (counts) {
    console.log(`${what}: ${JSON.stringify(counts)}`);
    if (isGuarded && counts.high + counts.critical > 0) process.exitCode = 1;
  } else if (hasNoAudits) {
    console.log(`${what}: NOT AUDITED, as the registry at hand answers no audits: ${why}`);
  } else {
    console.log(`${what}: NOT AUDITED, as it failed: ${why}`);
    process.exitCode = 1;
  }
}
