import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";

/** Milliseconds that what must come is waited for: a loaded machine is slow, and right all the same. */
export const PATIENCE = 300_000;

/** Waits until something holds. @throws where it never does, with what is told then. */
export async function until(
  holds: () => Promise<boolean> | boolean,
  told: () => string = () => "",
): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > deadline) expect.fail(`not so within ${PATIENCE / 60_000} minutes ${told()}`);
    await wait(20);
  }
}
