"""Evaluation datasets, scorers and `mlflow.genai.evaluate` by the real MLflow client. Prints what the test checks beyond."""

import json

import mlflow
import requests
from mlflow.exceptions import MlflowException
from mlflow.genai.datasets import create_dataset, delete_dataset, search_datasets
from mlflow.genai.scorers import scorer

experiment_id = mlflow.set_experiment("judging").experiment_id


def refused(action):
    try:
        action()
    except MlflowException as error:
        return error.error_code
    raise AssertionError("expected a refusal")


client = mlflow.MlflowClient()
get_dataset = client.get_dataset


# Datasets: records are told apart by their inputs, and come back with every digit.
dataset = create_dataset(name="questions", experiment_id=experiment_id, tags={"team": "delay", "stage": "1"})
records = [
    {"inputs": {"question": f"Is flight {i} late?", "z": 1.0, "a": 2**60}, "expectations": {"answer": "late" if i % 2 else "on time"}}
    for i in range(6)
]
dataset.merge_records(records)
dataset = get_dataset(dataset.dataset_id)
first_digest = dataset.digest
kept = {record.inputs["question"]: record for record in dataset.records}
assert len(kept) == 6 and dataset.experiment_ids == [experiment_id]
one = kept["Is flight 3 late?"]
assert list(one.inputs) == ["question", "z", "a"] and isinstance(one.inputs["z"], float) and one.inputs["a"] == 2**60
assert json.loads(dataset.profile) == {"num_records": 6}
assert json.loads(dataset.schema)["inputs"] == {"question": "string", "z": "float", "a": "integer"}
dataset.merge_records([{"inputs": {"a": 2**60, "z": 1.0, "question": "Is flight 3 late?"}, "expectations": {"why": "snow"}, "tags": {"k": "v"}}])
dataset = get_dataset(dataset.dataset_id)
one = {record.inputs["question"]: record for record in dataset.records}["Is flight 3 late?"]
assert len(dataset.records) == 6 and one.expectations == {"answer": "late", "why": "snow"} and one.tags["k"] == "v"
assert dataset.digest != first_digest
is_newest = hasattr(dataset, "delete_records")
if is_newest:
    assert dataset.delete_records([one.dataset_record_id]) == 1
else:
    # The client of a year ago cannot delete records.
    records_url = f"{mlflow.get_tracking_uri()}/api/3.0/mlflow/datasets/{dataset.dataset_id}/records"
    requests.delete(records_url, json={"dataset_record_ids": [one.dataset_record_id]}).raise_for_status()
dataset = get_dataset(dataset.dataset_id)
assert len(dataset.records) == 5
client.set_dataset_tags(dataset.dataset_id, {"stage": "2"})
client.delete_dataset_tag(dataset.dataset_id, "team")
assert get_dataset(dataset.dataset_id).tags["stage"] == "2" and "team" not in get_dataset(dataset.dataset_id).tags
other = client.create_experiment("judging elsewhere")
# The client of a year ago knows the calls, but not their routes.
if is_newest:
    assert set(client.add_dataset_to_experiments(dataset.dataset_id, [other]).experiment_ids) == {experiment_id, other}
    assert client.remove_dataset_from_experiments(dataset.dataset_id, [other]).experiment_ids == [experiment_id]
create_dataset(name="spare", experiment_id=other)
assert [d.name for d in search_datasets(experiment_ids=[experiment_id])] == ["questions"]
assert [d.name for d in search_datasets(filter_string="name LIKE '%s%'", order_by=["name DESC"])] == ["spare", "questions"]
assert [d.name for d in search_datasets(filter_string="tags.stage = '2'")] == ["questions"]
spare = search_datasets(filter_string="name = 'spare'")[0]
delete_dataset(dataset_id=spare.dataset_id)
assert refused(lambda: client.get_dataset(spare.dataset_id)) == "RESOURCE_DOES_NOT_EXIST"


# Scorers, and an evaluation with them: a run with metrics, a trace for each record with what was judged of it.
@scorer
def is_right(outputs, expectations):
    return outputs == expectations["answer"]


@scorer
def length(outputs):
    return len(outputs)


@mlflow.trace
def answer(question, z, a):
    return "late" if int(question.split()[2]) % 2 else "unknown"


result = mlflow.genai.evaluate(data=dataset, predict_fn=answer, scorers=[is_right, length])
assert result.metrics["is_right/mean"] == 0.4, result.metrics
run = client.get_run(result.run_id)
assert run.data.metrics["is_right/mean"] == 0.4 and run.data.metrics["length/mean"] == 5.8, run.data.metrics
traces = mlflow.search_traces(run_id=result.run_id, locations=[experiment_id], return_type="list")
assert len(traces) == 5
for trace in traces:
    judged = {assessment.name: assessment for assessment in trace.info.assessments}
    assert judged["is_right"].value == (trace.data.response == '"late"'), judged
    assert judged["answer"].expectation.value in ("late", "on time")
right = mlflow.search_traces(locations=[experiment_id], filter_string="feedback.is_right = 'true'", return_type="list")
assert len(right) == 2
from_traces = create_dataset(name="from traces", experiment_id=experiment_id)
from_traces.merge_records(right)
assert {record.source.source_data["trace_id"] for record in get_dataset(from_traces.dataset_id).records} == {trace.info.trace_id for trace in right}
assert {record.source_id for record in get_dataset(from_traces.dataset_id).records} == {trace.info.trace_id for trace in right}

store = client._tracking_client.store
for version in (1, 2):
    made = store.register_scorer(experiment_id, "brevity", json.dumps({"name": "brevity", "take": version}))
    assert made.scorer_version == version
store.register_scorer(experiment_id, "another", "{}")
assert [(s.scorer_name, s.scorer_version) for s in store.list_scorers(experiment_id)] == [("another", 1), ("brevity", 2)]
assert [s.scorer_version for s in store.list_scorer_versions(experiment_id, "brevity")] == [1, 2]
assert json.loads(store.get_scorer(experiment_id, "brevity", 1)._serialized_scorer)["take"] == 1
store.delete_scorer(experiment_id, "brevity", 2)
assert store.get_scorer(experiment_id, "brevity").scorer_version == 1
assert store.register_scorer(experiment_id, "brevity", "{}").scorer_version == 3
store.delete_scorer(experiment_id, "brevity")
assert refused(lambda: store.get_scorer(experiment_id, "brevity")) == "RESOURCE_DOES_NOT_EXIST"

# Scorers as the client hands them out: it asks each time what they run by themselves. None does here, and that is said at once.
scorers = mlflow.genai.scorers
judge = scorers.Guidelines(name="polite", guidelines=["It is polite"], model="openai:/none").register(experiment_id=other)
assert scorers.get_scorer(name="polite", experiment_id=other).guidelines == ["It is polite"]
assert [found.name for found in scorers.list_scorers(experiment_id=other)] == ["polite"]
if is_newest:
    sampling = scorers.ScorerSamplingConfig(sample_rate=0.5)
    assert refused(lambda: judge.start(experiment_id=other, sampling_config=sampling)) == "NOT_IMPLEMENTED"
    assert scorers.get_scorer(name="polite", experiment_id=other).sample_rate is None
print(json.dumps({"runId": result.run_id}))
