"""Figures over traces by the real MLflow client. Prints what it found, for the test to judge."""

import json
import time

import mlflow
from mlflow.entities import AssessmentSource, SpanType
from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType
from mlflow.exceptions import MlflowException
from mlflow.tracking._tracking_service.utils import _get_store

experiment_id = mlflow.set_experiment("figures").experiment_id
started = int(time.time() * 1000)
store = _get_store()


def ask(name, tokens, verdict):
    with mlflow.start_span(name=name) as root:
        mlflow.update_current_trace(tags={"team": name[0]}, metadata={"mlflow.trace.session": "s" + str(tokens % 2)})
        with mlflow.start_span(name="generate", span_type=SpanType.LLM) as span:
            span.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": tokens, "output_tokens": 1, "total_tokens": tokens + 1})
            span.set_attribute("mlflow.llm.cost", {"input_cost": 0.5, "output_cost": 0.25, "total_cost": 0.75})
            span.set_attribute("mlflow.llm.model", "small")
    mlflow.flush_trace_async_logging()
    mlflow.log_feedback(
        trace_id=root.trace_id, name="good", value=verdict, source=AssessmentSource(source_type="HUMAN", source_id="me")
    )


for index, name in enumerate(["answer", "answer", "answer", "book"]):
    ask(name, 10 * (index + 1), index > 0)


def query(view, metric, kinds, **more):
    aggregations = [
        MetricAggregation(AggregationType.PERCENTILE, percentile_value=kind)
        if isinstance(kind, float)
        else MetricAggregation(AggregationType(kind))
        for kind in kinds
    ]
    points = store.query_trace_metrics([experiment_id], MetricViewType(view), metric, aggregations, **more)
    return [[point.dimensions, point.values] for point in points]


def refusal(*args, **more):
    try:
        query(*args, **more)
    except MlflowException as error:
        return [error.error_code, error.message]
    raise AssertionError("expected a refusal")


now = int(time.time() * 1000)
buckets = query("TRACES", "trace_count", ["COUNT"], time_interval_seconds=3600, start_time_ms=started, end_time_ms=now)
first_page = store.query_trace_metrics(
    [experiment_id], MetricViewType.SPANS, "span_count", [MetricAggregation(AggregationType.COUNT)],
    dimensions=["span_name"], max_results=2,
)
rest = store.query_trace_metrics(
    [experiment_id], MetricViewType.SPANS, "span_count", [MetricAggregation(AggregationType.COUNT)],
    dimensions=["span_name"], max_results=2, page_token=first_page.token,
)
print(
    json.dumps(
        {
            "names": query("TRACES", "trace_count", ["COUNT"], dimensions=["trace_name"]),
            "sessions": query("TRACES", "session_count", ["COUNT"]),
            "tokens": query("TRACES", "input_tokens", ["SUM", "AVG", "MIN", "MAX", 50.0, 99.9]),
            "latencies": len(query("TRACES", "latency", ["AVG", 50.0], dimensions=["trace_name"])),
            "ofTeam": query("TRACES", "trace_count", ["COUNT"], filters=["trace.tag.team = 'b'", "trace.status = 'OK'"]),
            "types": query("SPANS", "span_count", ["COUNT"], dimensions=["span_type"], filters=["span.status = 'OK'"]),
            "cost": query("SPANS", "total_cost", ["SUM"], dimensions=["span_model_name"]),
            "verdicts": query("ASSESSMENTS", "assessment_count", ["COUNT"], dimensions=["assessment_name", "assessment_value"]),
            "goodness": query("ASSESSMENTS", "assessment_value", ["AVG"], filters=["assessment.type = 'feedback'"]),
            "bucketed": sum(values["COUNT"] for _, values in buckets),
            "bucket": buckets[0][0]["time_bucket"],
            "pages": [point.dimensions["span_name"] for point in [*first_page, *rest]],
            "nothing": query("TRACES", "input_tokens", ["SUM"], filters=["trace.tag.team = 'nobody'"]),
            "refusals": [
                refusal("TRACES", "nonsense", ["COUNT"]),
                refusal("TRACES", "trace_count", ["SUM"]),
                refusal("TRACES", "latency", ["AVG"], dimensions=["trace_status"]),
                refusal("TRACES", "trace_count", ["COUNT"], time_interval_seconds=60),
                refusal("TRACES", "trace_count", ["COUNT"], filters=["span.name = 'x'"]),
                refusal("TRACES", "trace_count", ["COUNT"], filters=["trace.status != 'OK'"]),
            ],
        }
    )
)
