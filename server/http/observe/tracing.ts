import { useOpenTelemetry } from "@envelop/opentelemetry";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Plugin } from "graphql-yoga";
import { ErrorCodesOnly } from "./error-codes-only.js";

export interface Tracing {
  readonly plugin: Plugin;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Traces operations, without their documents, variables and answers, of errors the codes alone; OTEL_EXPORTER_OTLP_ENDPOINT says where to. */
export function startTracing(): Tracing {
  const provider = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new ErrorCodesOnly(new OTLPTraceExporter()))],
  });
  const plugin = useOpenTelemetry(
    { document: false, variables: false, result: false, resolvers: false },
    provider,
    undefined,
    {},
    "sweepql",
  );
  return { plugin: plugin as Plugin, close: () => provider.shutdown() };
}
