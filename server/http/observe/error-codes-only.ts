import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";

type Export = SpanExporter["export"];

/** Exports spans with the codes of their errors in place of what these say: that may quote the request, or our inside. */
export class ErrorCodesOnly implements SpanExporter {
  constructor(private readonly inner: SpanExporter) {}

  export(...[spans, done]: Parameters<Export>): ReturnType<Export> {
    this.inner.export(spans.map(withCodes), done);
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }
}

const withCodes = (span: ReadableSpan): ReadableSpan =>
  Object.create(span, {
    status: { value: { code: span.status.code } },
    events: {
      value: span.events.map((event) => ({
        ...event,
        attributes: { "exception.message": codesOf(event.attributes?.["exception.message"]) },
      })),
    },
  }) as ReadableSpan;

/** Of errors as the plugin writes them: a JSON list. What has no code is our own fault. */
function codesOf(message: unknown): string {
  let errors: unknown;
  try {
    errors = JSON.parse(String(message));
  } catch {
    errors = null;
  }
  if (!Array.isArray(errors)) return INTERNAL;
  const codes = (errors as readonly Told[]).map((error) => {
    const code = error?.extensions?.code;
    return typeof code === "string" ? code : INTERNAL;
  });
  return [...new Set(codes)].join(", ");
}

const INTERNAL = "INTERNAL";

type Told = { readonly extensions?: { readonly code?: unknown } } | null;
