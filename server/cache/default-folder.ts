import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Environment } from "../settings-reader.js";

/** Where this user's programs keep what they can make again; null where the system does not say. */
export function defaultCacheFolder(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string | null {
  if (platform === "win32") {
    const local = environment["LOCALAPPDATA"] ?? "";
    return local === "" ? null : join(local, "sweepql", "Cache");
  }
  const named = environment["XDG_CACHE_HOME"] ?? "";
  // Its specification has relative paths ignored.
  if (platform !== "darwin" && isAbsolute(named)) return join(named, "sweepql");
  if (!isAbsolute(home) || home === "/") return null;
  return platform === "darwin" ? join(home, "Library", "Caches", "sweepql") : join(home, ".cache", "sweepql");
}
