import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Why a subscription is open no longer, or never was. */
export type SubscriptionEnd = "left" | "refused" | "schema_changed" | "stopping" | "timeout" | "failed";

/** Figures of subscriptions for Prometheus. */
export class SubscriptionMetrics {
  readonly #events: Counter;
  readonly #evaluations: Histogram;
  readonly #ended: Counter;

  constructor(registry: Registry, open: () => number) {
    const registers = [registry];
    new Gauge({
      name: "sweepql_subscriptions_open",
      help: "Subscriptions that are open.",
      registers,
      collect() {
        this.set(open());
      },
    });
    this.#events = new Counter({
      name: "sweepql_subscription_events_total",
      help: "Events that subscribers were sent.",
      registers,
    });
    this.#evaluations = new Histogram({
      name: "sweepql_subscription_evaluation_seconds",
      help: "Time to work out what one subscriber is told of one change, its wait included.",
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
      registers,
    });
    this.#ended = new Counter({
      name: "sweepql_subscriptions_ended_total",
      help: "Subscriptions that are open no longer, or were refused, by why.",
      labelNames: ["why"],
      registers,
    });
  }

  sent(): void {
    this.#events.inc();
  }

  evaluated(milliseconds: number): void {
    this.#evaluations.observe(milliseconds / 1000);
  }

  ended(why: SubscriptionEnd): void {
    this.#ended.inc({ why });
  }
}

const ENDS: Readonly<Record<string, SubscriptionEnd>> = {
  SCHEMA_CHANGED: "schema_changed",
  SERVER_STOPPING: "stopping",
  TIMEOUT: "timeout",
};

/** Why a subscription ended, by the code that its last event has. */
export const endOf = (code: unknown): SubscriptionEnd => ENDS[String(code)] ?? "failed";
