"""A tour of traces by the real MLflow client, as its users write it. Prints what the test checks beyond this script."""

import json
import os
import threading

import mlflow
import pandas as pd
import requests
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource, AssessmentError, Expectation, Feedback, SpanType
from mlflow.entities.trace_data import TraceData
from mlflow.exceptions import MlflowException
from mlflow.store.tracking.rest_store import RestStore

# First one request after the other; the same with the queue and its threads comes below.
os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"
client = MlflowClient()
experiment = mlflow.set_experiment("assistant")
experiment_id = experiment.experiment_id


def refused(action, *texts):
    try:
        action()
    except MlflowException as error:
        missing = [text for text in texts if text not in str(error)]
        assert not missing, f"{missing} not in {error}"
        return error.error_code
    raise AssertionError("expected a refusal")


def found(filter_string, **options):
    traces = mlflow.search_traces(
        locations=[experiment_id], filter_string=filter_string, return_type="list", **options
    )
    return [trace.info.tags["mlflow.traceName"] for trace in traces]


# Nested spans by decorator and by context manager; every value comes back as it went.
@mlflow.trace(span_type=SpanType.RETRIEVER)
def look_up(question):
    return [{"page_content": "Delays are announced.", "score": 1.0, "id": 2**60}]


@mlflow.trace(name="answer", span_type=SpanType.CHAIN, attributes={"version": 3, "flags": [True, None]})
def answer(question, fail=False):
    documents = look_up(question)
    with mlflow.start_span(name="generate", span_type=SpanType.LLM) as span:
        span.set_inputs({"z": 1, "a": {"question": question, "documents": documents}})
        span.set_attribute("model", "small-1")
        span.set_attribute("temperature", 0.25)
        span.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10})
        span.add_event(mlflow.entities.SpanEvent("retried", attributes={"times": 2}))
        if fail:
            raise ValueError("no answer: Zürich \U0001f6eb")
        span.set_outputs("It is late. \u2013 100% \x07")
    mlflow.update_current_trace(tags={"stage": "tour"}, metadata={"mlflow.trace.session": "s-1"}, client_request_id="req-1")
    return "late"


assert answer("Is it late?") == "late"
trace_id = mlflow.get_last_active_trace_id()
trace = mlflow.get_trace(trace_id)
assert [span.name for span in trace.data.spans] == ["answer", "look_up", "generate"]
root, retriever, generate = trace.data.spans
assert root.parent_id is None and retriever.parent_id == root.span_id and generate.parent_id == root.span_id
assert root.inputs == {"question": "Is it late?", "fail": False} and root.outputs == "late"
assert root.attributes["flags"] == [True, None] and root.attributes["version"] == 3
assert retriever.outputs == [{"page_content": "Delays are announced.", "score": 1.0, "id": 2**60}]
assert isinstance(retriever.outputs[0]["score"], float) and retriever.span_type == SpanType.RETRIEVER
assert list(generate.inputs) == ["z", "a"] and generate.outputs == "It is late. \u2013 100% \x07"
assert generate.get_attribute("temperature") == 0.25
assert generate.events[0].name == "retried" and generate.events[0].attributes == {"times": 2}
assert generate.start_time_ns >= root.start_time_ns and generate.end_time_ns <= root.end_time_ns
assert trace.info.state == "OK" and trace.info.client_request_id == "req-1"
assert trace.info.tags["stage"] == "tour" and trace.info.tags["mlflow.trace.spansLocation"] == "TRACKING_STORE"
assert trace.info.trace_metadata["mlflow.trace.session"] == "s-1"
assert trace.info.token_usage == {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
assert trace.info.request_preview == '{"question": "Is it late?", "fail": false}'
assert trace.info.execution_duration is not None and trace.info.execution_duration >= 0

# One that fails, one in a run, one by the client's low-level calls.
try:
    answer("Why?", fail=True)
except ValueError:
    pass
failed_id = mlflow.get_last_active_trace_id()
failed = mlflow.get_trace(failed_id)
assert failed.info.state == "ERROR" and failed.data.spans[0].status.status_code == "ERROR"
assert "Zürich \U0001f6eb" in json.dumps(failed.data.spans[0].events[-1].attributes, ensure_ascii=False)


# The spans as MLflow's own pages read them: a file that means the same.
def file_of(trace_id):
    address = f"{mlflow.get_tracking_uri()}/ajax-api/3.0/mlflow/get-trace-artifact"
    return requests.get(address, params={"request_id": trace_id}).json()


def readable(span):
    return {**span.to_dict(), "attributes": span.attributes}


for known in (trace, failed):
    spans = TraceData.from_dict(file_of(known.info.trace_id)).spans
    assert [readable(span) for span in spans] == [readable(span) for span in known.data.spans]
with mlflow.start_run(run_name="with traces") as run:
    answer("In a run?")
in_run_id = mlflow.get_last_active_trace_id()
with mlflow.start_run(run_name="linked"):
    linked_run_id = mlflow.active_run().info.run_id
low = client.start_trace(name="by hand", experiment_id=experiment_id, inputs={"x": 1}, tags={"kind": "manual"})
child = client.start_span(name="step", trace_id=low.trace_id, parent_id=low.span_id)
client.end_span(trace_id=low.trace_id, span_id=child.span_id, outputs={"y": 2})
client.end_trace(trace_id=low.trace_id, outputs={"y": 2})
assert [span.name for span in client.get_trace(low.trace_id).data.spans] == ["by hand", "step"]

# Tags, links, search.
client.set_trace_tag(trace_id, "reviewed", "yes")
client.set_trace_tag(trace_id, "passing", "by")
client.delete_trace_tag(trace_id, "passing")
tags = client.get_trace(trace_id).info.tags
assert tags["reviewed"] == "yes" and "passing" not in tags
assert refused(lambda: client.delete_trace_tag(trace_id, "passing"), "No trace tag") == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: client.get_trace("tr-" + "0" * 31 + "1"), "not found") == "RESOURCE_DOES_NOT_EXIST"
client.link_traces_to_run([low.trace_id, trace_id], linked_run_id)
by_run = lambda run_id: {t.info.trace_id for t in mlflow.search_traces(run_id=run_id, locations=[experiment_id], return_type="list")}
assert by_run(run.info.run_id) == {in_run_id} and by_run(linked_run_id) == {low.trace_id, trace_id}
assert found("trace.status = 'ERROR'") == ["answer"]
assert found("name = 'by hand' AND tag.kind = 'manual'") == ["by hand"]
assert found("tags.reviewed = 'yes' AND metadata.`mlflow.trace.session` LIKE 's-%'") == ["answer"]
assert found("client_request_id = 'req-1' AND tag.reviewed IS NOT NULL") == ["answer"]
assert found("span.name = 'generate' AND span.status = 'ERROR'") == ["answer"]
assert found("span.name = 'look_up' AND span.status = 'ERROR'") == []
assert found("span.type = 'LLM' AND span.attributes.model = 'small-1'", max_results=1) == ["answer"]
assert found("span.attributes.temperature LIKE '0.2%'", order_by=["timestamp ASC"]) == ["answer"] * 3
assert found("span.attributes.`mlflow.spanInputs` LIKE '%In a run?%' AND span.name = 'answer'") == ["answer"]
assert found("trace.text LIKE '%Zürich%'") == ["answer"]
assert found("span.content ILIKE '%DELAYS%' AND tag.kind RLIKE '^man'") == []
assert found("tag.kind RLIKE '^man' OR trace.status = 'ERROR'", order_by=["name DESC"]) == ["by hand", "answer"]
assert found(f"timestamp_ms >= {trace.info.request_time} AND execution_time_ms >= 0", max_results=10, include_spans=False) == [
    "by hand",
    "answer",
    "answer",
    "answer",
]
assert refused(lambda: found("nothing.x = 'y'"), "Invalid entity type") == "INVALID_PARAMETER_VALUE"
assert refused(lambda: found("tag.kind RLIKE '('"), "RLIKE") == "INVALID_PARAMETER_VALUE"
frame = mlflow.search_traces(locations=[experiment_id], order_by=["timestamp DESC"])
assert isinstance(frame, pd.DataFrame) and list(frame["trace_id"]) == [low.trace_id, in_run_id, failed_id, trace_id]
assert frame["request"][3] == {"question": "Is it late?", "fail": False}
pages = []
token = None
while True:
    page = client.search_traces(locations=[experiment_id], max_results=3, page_token=token)
    pages.append([t.info.trace_id for t in page])
    token = page.token
    if not token:
        break
assert pages == [[low.trace_id, in_run_id, failed_id], [trace_id]], pages

# Assessments: feedback and expectations, changed, overridden and deleted.
human = AssessmentSource(source_type="HUMAN", source_id="ada@example.org")
feedback = mlflow.log_feedback(
    trace_id=trace_id, name="helpful", value=True, source=human, rationale="clear", metadata={"form": "A"}
)
mlflow.log_feedback(trace_id=trace_id, name="score", value=0.5, span_id=generate.span_id)
mlflow.log_feedback(trace_id=failed_id, name="score", error=AssessmentError("TIMEOUT", "judge was slow"))
expectation = mlflow.log_expectation(trace_id=trace_id, name="facts", value={"late": [1, 2.0]}, source=human)
mlflow.log_expectation(trace_id=in_run_id, name="label", value="late")
kept = mlflow.get_assessment(trace_id, feedback.assessment_id)
assert kept.value is True and kept.source.source_id == human.source_id and kept.rationale == "clear"
assert mlflow.get_assessment(trace_id, expectation.assessment_id).value == {"late": [1, 2.0]}
assert found("feedback.helpful = 'true'") == ["answer"] and found("feedback.score >= 0.5") == ["answer"]
assert found("feedback.score > 0.5") == [] and found("expectation.label = 'late'") == ["answer"]
assert len(found("feedback.score IS NOT NULL")) == 2 and len(found("feedback.helpful IS NULL")) == 3
changed = mlflow.update_assessment(
    trace_id, feedback.assessment_id, Feedback(name="helpful", value=False, rationale="changed my mind", metadata={"form": "B"})
)
assert changed.value is False and changed.rationale == "changed my mind" and changed.metadata["form"] == "B"
mlflow.update_assessment(trace_id, expectation.assessment_id, Expectation(name="facts", value={"late": []}))
newer = mlflow.override_feedback(trace_id=trace_id, assessment_id=feedback.assessment_id, value="maybe", rationale="second look")
assert mlflow.get_assessment(trace_id, feedback.assessment_id).valid is False and newer.overrides == feedback.assessment_id
assert found("feedback.helpful = 'false'") == [] and found("feedback.helpful = 'maybe'") == ["answer"]
mlflow.delete_assessment(trace_id, newer.assessment_id)
assert mlflow.get_assessment(trace_id, feedback.assessment_id).valid is True
mlflow.delete_assessment(trace_id, newer.assessment_id)
assert refused(lambda: mlflow.get_assessment(trace_id, newer.assessment_id), "not found") == "RESOURCE_DOES_NOT_EXIST"
names = sorted(a.name for a in mlflow.get_trace(trace_id).info.assessments)
assert names == ["facts", "helpful", "score"]
assert mlflow.get_trace(trace_id).info.assessments[0].trace_id == trace_id

# Feedback while the trace is still being made goes with it; threads and async logging lose nothing.
os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "true"
mlflow.tracing.reset()


@mlflow.trace
def judged(number):
    mlflow.log_feedback(trace_id=mlflow.get_active_trace_id(), name="early", value=number)
    with mlflow.start_span(name="inner"):
        return number


threads = [threading.Thread(target=judged, args=(i,)) for i in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
mlflow.flush_trace_async_logging()
early = mlflow.search_traces(locations=[experiment_id], filter_string="name = 'judged'", return_type="list")
assert sorted(t.info.assessments[0].value for t in early) == list(range(8))
assert all(len(t.data.spans) == 2 for t in early)
assert len(found("feedback.early > 3 AND feedback.early <= 6")) == 3

# Prompts that a trace used.
prompt = mlflow.genai.register_prompt(name="greet", template="Say hello to {{name}}")
client.link_prompt_versions_to_trace([prompt], trace_id)
assert found('prompt = "greet/1"') == ["answer"]

# Correlation of two filters.
correlation = client._tracing_client.calculate_trace_filter_correlation(
    experiment_ids=[experiment_id], filter_string1="name = 'answer'", filter_string2="feedback.helpful = 'false'"
)
assert (correlation.filter1_count, correlation.filter2_count, correlation.joint_count, correlation.total_count) == (3, 1, 1, 12)

# A trace that was recorded elsewhere is logged as a whole.
copy_id = mlflow.log_trace(name="logged", request={"q": 1}, response={"a": 2}, tags={"kind": "logged"})
mlflow.flush_trace_async_logging()
assert mlflow.get_trace(copy_id).data.response == '{"a": 2}'

# A client that cannot send spans puts them into a file of the trace, and reads them from there.
def cannot_send(self, location, spans, tracking_uri=None):
    raise NotImplementedError


os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"
mlflow.tracing.reset()
send, RestStore.log_spans = RestStore.log_spans, cannot_send
answer("By file?")
file_id = mlflow.get_last_active_trace_id()
RestStore.log_spans = send
filed = mlflow.get_trace(file_id)
assert "mlflow.trace.spansLocation" not in filed.info.tags
assert [span.name for span in filed.data.spans] == ["answer", "look_up", "generate"]
assert len(file_of(file_id)["spans"]) == 3
by_file = mlflow.search_traces(locations=[experiment_id], filter_string=f"request_id = '{file_id}'", return_type="list")
assert len(by_file) == 1 and len(by_file[0].data.spans) == 3
mlflow.tracing.reset()

# Deleting, by id and by time.
assert client.delete_traces(experiment_id, trace_ids=[low.trace_id, "tr-" + "f" * 32]) == 1
assert refused(lambda: client.get_trace(low.trace_id)) == "RESOURCE_DOES_NOT_EXIST"
assert client.delete_traces(experiment_id, max_timestamp_millis=early[0].info.request_time, max_traces=1) == 1
assert refused(lambda: client.get_trace(trace_id)) == "RESOURCE_DOES_NOT_EXIST"
print(json.dumps({"experimentId": experiment_id, "failedId": failed_id}))
