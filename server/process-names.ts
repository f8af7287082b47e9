import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Processes of another machine or container that share the folder are not ours to judge dead. */
const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** How names begin of what must not outlive this process. */
export const ownedBeginning = (kind: string, owner = process.pid): string =>
  `${kind}-${machine}-${owner}.${startOf(owner) ?? "0"}-`;

/** Whether a name is of something that a dead process of this machine left behind. */
export function isAbandoned(name: string, kind: string): boolean {
  const prefix = `${kind}-${machine}-`;
  if (!name.startsWith(prefix)) return false;
  const [, owner, start] = /^(\d+)\.(\w+)-/.exec(name.slice(prefix.length)) ?? [];
  if (owner === undefined) return false;
  if (!isAlive(Number(owner))) return true;
  // Numbers of processes are given out again: in a container, each server is the first process.
  const now = startOf(Number(owner));
  return now !== null && start !== now;
}

/**
 * When a process started, in a form that is equal for one process alone; null where the system does not
 * tell, or the process is gone. Of this process it is known everywhere.
 */
function startOf(pid: number): string | null {
  const told = systemStartOf(pid);
  if (told !== null) return told;
  return pid === process.pid ? ownStart : null;
}

/** As good as the system's, where that has none to tell. */
const ownStart = Math.round(performance.timeOrigin).toString(36);

/** As Linux tells it: which boot it was, and at which tick after it. */
function systemStartOf(pid: number): string | null {
  try {
    const file = pid === process.pid ? "/proc/self/stat" : `/proc/${pid}/stat`;
    // The name in parentheses may hold anything; what follows is parted by spaces.
    const fields = readFileSync(file, "utf8").replace(/^.*\)/s, "").trim().split(" ");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim().slice(0, 8);
    return fields[19] === undefined ? null : `${boot}t${fields[19]}`;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
