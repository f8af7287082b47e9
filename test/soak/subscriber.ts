import { setTimeout as wait } from "node:timers/promises";
import { parseLenient } from "../oracle/lenient-json.js";
import type { Files } from "./files.js";
import type { Soak } from "./clients.js";

const RUNS = `subscription {
  runsAdded(first: 1000) { totalCount nodes { line dataset { name version } hyperparameters { lr } } }
}`;

interface Added {
  readonly data?: {
    readonly runsAdded: {
      readonly totalCount: number;
      readonly nodes: readonly {
        readonly line: number;
        readonly dataset: { readonly name: string; readonly version: string };
        readonly hyperparameters: { readonly lr: number };
      }[];
    };
  } | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** Subscribes again and again until the time is over; leaves, or stops reading for a while, now and then. */
export async function subscriber(soak: Soak, files: Files): Promise<void> {
  const { server, random, outcomes, lost, end } = soak;
  while (Date.now() < end) {
    if (!server.isUp) {
      await wait(50);
      continue;
    }
    const { starts } = server;
    const leaving = new AbortController();
    const timer = setTimeout(
      () => leaving.abort(),
      Math.min(end - Date.now(), random.chance(0.5) ? 1000 + random.below(20_000) : Infinity),
    );
    try {
      const answer = await fetch(server.url, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "text/event-stream" },
        body: JSON.stringify({ query: RUNS }),
        signal: leaving.signal,
      });
      let text = "";
      for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += piece;
        const events = text.split("\n\n");
        text = events.pop() ?? "";
        for (const event of events) note(event);
        if (random.chance(0.05)) await wait(random.below(3000));
      }
    } catch (error) {
      if (leaving.signal.aborted) outcomes.note("subscriber left");
      else if (!server.isUp || server.starts !== starts) outcomes.note("interrupted");
      else lost.push(`a subscription: ${String(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }

  function note(event: string): void {
    const data = /^data: ?(.*)$/m.exec(event)?.[1];
    if (data === undefined || data === "") return;
    const { data: told, errors } = JSON.parse(data) as Added;
    const code = errors?.[0]?.extensions?.code;
    if (code !== undefined) outcomes.note(`subscription ${code}`);
    if (!told) return;
    outcomes.note("event");
    for (const { line, dataset, hyperparameters } of told.runsAdded.nodes) {
      const row = files.textOf(dataset.version)?.split("\n")[line - 1];
      if (row === undefined || lrOf(row) !== hyperparameters.lr)
        lost.push(`an event told of ${dataset.name}:${line} of ${dataset.version}, where there is ${row}`);
    }
  }
}

function lrOf(row: string): number | null {
  try {
    return (parseLenient(row) as { hyperparameters: { lr: number } }).hyperparameters.lr;
  } catch {
    return null;
  }
}
