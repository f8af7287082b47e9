import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";

/** Hints that something may have changed in some folders, where the system gives them; polling sees the rest. */
export class ChangeHints {
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(private readonly onHint: () => void) {}

  /** Watches the folders of these paths, and no others. */
  follow(paths: readonly string[]): void {
    const wanted = new Set(paths.map((path) => dirname(path)));
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#watch(folder);
  }

  close(): void {
    this.follow([]);
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, this.onHint);
      // A folder that is removed is followed again when it is back.
      watcher.on("error", () => {
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, watcher);
    } catch {
      return;
    }
  }
}
