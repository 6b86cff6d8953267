"""Spans from OpenTelemetry's own SDK and exporter, as a program sends them that does not know MLflow. Prints their trace."""

import json
import sys

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

base_url, experiment_id = sys.argv[1:]
provider = TracerProvider(resource=Resource.create({"service.name": "desk", "replicas": 2}))
exporter = OTLPSpanExporter(
    endpoint=f"{base_url}/v1/traces",
    headers={"x-mlflow-experiment-id": experiment_id},
    compression=Compression.Gzip,
)
provider.add_span_processor(BatchSpanProcessor(exporter))
tracer = provider.get_tracer("desk")
with tracer.start_as_current_span("invoke_agent desk") as root:
    root.set_attribute("gen_ai.operation.name", "invoke_agent")
    root.set_attribute("gen_ai.conversation.id", "c-7")
    for number in range(3):
        with tracer.start_as_current_span("chat small-1", links=[trace.Link(root.get_span_context())]) as span:
            span.set_attribute("gen_ai.operation.name", "chat")
            span.set_attribute("gen_ai.usage.input_tokens", 10 * number)
            span.set_attribute("gen_ai.usage.output_tokens", 1)
            span.set_attribute("weights", [0.5, 1.0])
            span.add_event("first token", {"after_ms": 12})
    trace_id = f"tr-{root.get_span_context().trace_id:032x}"
assert provider.force_flush(10_000)
print(json.dumps({"traceId": trace_id}))
