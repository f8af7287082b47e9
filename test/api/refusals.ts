import { expect } from "vitest";
import type { Service, Variables } from "./harness.js";

/** What a senseless request must be answered with: a code, and a message that names the culprit. */
export interface Refusal {
  readonly what: string;
  readonly query: string;
  readonly variables?: Variables;
  readonly code: string;
  /** Found in the message: the argument's name, its value. */
  readonly names: readonly string[];
}

export async function expectRefusal(
  service: Service,
  { query, variables, code, names }: Refusal,
): Promise<void> {
  const { errors, statements } = await service.request(query, variables, AbortSignal.timeout(10_000));
  const messages = errors.map((error) => `${error.code}: ${error.message.slice(0, 300)}`);
  expect(
    errors.map((error) => error.code),
    messages.join("\n") || "not refused",
  ).toEqual(errors.length > 0 ? errors.map(() => code) : [code]);
  for (const name of names) expect(errors[0]?.message).toContain(name);
  // What makes no sense by itself never reaches the engine; a nested field's parent may have.
  if (code === "BAD_USER_INPUT" && !names.includes("width") && !errors[0]?.path.includes("."))
    expect(statements).toEqual([]);
}
