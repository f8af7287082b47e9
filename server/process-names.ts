import { createHash } from "node:crypto";
import { hostname } from "node:os";

/** Processes of another machine or container that share the folder are not ours to judge dead. */
const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** How names begin of what must not outlive this process. */
export const ownedBeginning = (kind: string, owner = process.pid): string => `${kind}-${machine}-${owner}-`;

/** Whether a name is of something that a dead process of this machine left behind. */
export function isAbandoned(name: string, kind: string): boolean {
  const prefix = `${kind}-${machine}-`;
  const owner = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
  return owner !== undefined && !isAlive(Number(owner));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
