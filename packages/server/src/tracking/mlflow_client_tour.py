"""A tour of the door by the real MLflow client, as its users write it. Prints what the test checks beyond this script."""

import json
import math
import os
import sys
import tempfile

import mlflow
import numpy as np
import onnx
import pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

client = MlflowClient()
rng = np.random.default_rng(7)
frame = pd.DataFrame({"hour": rng.integers(0, 24, 200), "distance": rng.normal(800, 300, 200)})
late = (frame["hour"] > 15).astype(int)
# Reading the imports of a model in a child process is slow and not what is shown here.
requirements = ["scikit-learn", "onnx", "onnxruntime"]


def refused(action, *texts):
    try:
        action()
    except MlflowException as error:
        missing = [text for text in texts if text not in str(error)]
        assert not missing, f"{missing} not in {error}"
        return error.error_code
    raise AssertionError("expected a refusal")


# Experiments: the default one, made by name, renamed, tagged, deleted, restored.
assert client.get_experiment("0").name == "Default"
experiment = mlflow.set_experiment("flights")
assert mlflow.set_experiment("flights").experiment_id == experiment.experiment_id
client.set_experiment_tag(experiment.experiment_id, "team", "delay")
assert client.get_experiment(experiment.experiment_id).tags["team"] == "delay"
other = client.create_experiment("scratch", tags={"purpose": "tour"})
assert refused(lambda: client.create_experiment("scratch"), "already exists") == "RESOURCE_ALREADY_EXISTS"
client.rename_experiment(other, "scratch-2")
client.delete_experiment(other)
assert client.get_experiment(other).lifecycle_stage == "deleted"
client.restore_experiment(other)
assert [e.name for e in client.search_experiments(filter_string="name LIKE 'scratch%'")] == ["scratch-2"]
assert {e.name for e in mlflow.search_experiments()} == {"Default", "flights", "scratch-2"}

# A run with everything in it, and one nested in it.
with mlflow.start_run(run_name="first", description="the **first** one", tags={"stage": "tour"}) as run:
    run_id = run.info.run_id
    mlflow.log_param("solver", "lbfgs")
    mlflow.log_params({f"p{i}": i for i in range(150)})
    mlflow.log_metric("loss", 0.5, step=0)
    mlflow.log_metric("loss", 0.25, step=1)
    mlflow.log_metrics({"auc": 0.75, "undefined": math.nan, "endless": math.inf}, step=3)
    mlflow.set_tags({"reviewed": "no", "with space": "yes"})
    mlflow.log_input(mlflow.data.from_pandas(frame, name="flights-2001", targets=None), context="training")
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.log_dict({"a": [1, 2]}, "notes/deep/config.json")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "wéird name.txt"), "w") as file:
            file.write("umlauts too")
        mlflow.log_artifacts(folder, "files")
    with mlflow.start_run(run_name="child", nested=True) as child:
        mlflow.log_metric("loss", 0.1)
        mlflow.log_param("solver", "saga")

read = client.get_run(run_id)
assert read.info.status == "FINISHED" and read.info.run_name == "first"
assert len(read.data.params) == 151 and read.data.params["p149"] == "149"
assert read.data.metrics["loss"] == 0.25 and math.isnan(read.data.metrics["undefined"])
assert read.data.metrics["endless"] == sys.float_info.max
assert [(m.step, m.value) for m in client.get_metric_history(run_id, "loss")] == [(0, 0.5), (1, 0.25)]
[dataset] = read.inputs.dataset_inputs
assert dataset.dataset.name == "flights-2001" and dataset.tags[0].value == "training"
with mlflow.start_run(run_id=run_id):
    refused(lambda: mlflow.log_param("solver", "other"), "Changing param values is not allowed")
    client.delete_tag(run_id, "reviewed")
assert refused(lambda: client.delete_tag(run_id, "reviewed")) == "RESOURCE_DOES_NOT_EXIST"

# Batches larger than one request, logged without waiting.
with mlflow.start_run(run_name="long") as long_run:
    client.log_batch(
        long_run.info.run_id,
        metrics=[mlflow.entities.Metric("curve", i / 10, 1000 + i, i) for i in range(2500)],
        synchronous=False,
    ).wait()
assert len(client.get_metric_history(long_run.info.run_id, "curve")) == 2500

# Searches: filters, order, pages.
names = lambda **search: list(mlflow.search_runs(**search)["tags.mlflow.runName"])
assert names(filter_string="params.solver = 'saga'") == ["child"]
assert names(filter_string="metrics.loss <= 0.25", order_by=["metrics.loss DESC"]) == ["first", "child"]
assert names(filter_string="tags.`with space` = 'yes' AND datasets.name = 'flights-2001'") == ["first"]
assert names(filter_string="attributes.run_name LIKE 'l%' OR (metrics.auc > 0.7 AND tags.stage IS NOT NULL)") == [
    "long",
    "first",
]
assert names(order_by=["metrics.auc ASC", "start_time ASC"])[0] == "first"
assert names(filter_string=f"tags.mlflow.parentRunId = '{run_id}'") == ["child"]
refused(lambda: mlflow.search_runs(filter_string="metrics.loss = 'high'"), "Expected numeric value type")
refused(lambda: mlflow.search_runs(filter_string="loss >"), "Invalid clause")
page = client.search_runs([experiment.experiment_id], max_results=2, order_by=["attributes.start_time"])
rest = client.search_runs(
    [experiment.experiment_id], max_results=2, order_by=["attributes.start_time"], page_token=page.token
)
assert [r.info.run_name for r in [*page, *rest]] == ["first", "child", "long"] and not rest.token

# Artifacts down, listed, and gone.
assert [f.path for f in client.list_artifacts(run_id)] == ["files", "notes"]
assert [(f.path, f.is_dir) for f in client.list_artifacts(run_id, "notes")] == [
    ("notes/deep", True),
    ("notes/hello.txt", False),
]
assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/notes/hello.txt") == "hello"
with tempfile.TemporaryDirectory() as folder:
    path = client.download_artifacts(run_id, "", folder)
    assert open(os.path.join(path, "files", "wéird name.txt")).read() == "umlauts too"
    assert json.load(open(os.path.join(path, "notes", "deep", "config.json"))) == {"a": [1, 2]}

# Models: two flavors, registered, aliased, loaded.
classifier = LogisticRegression(max_iter=1000).fit(frame, late)
signature = infer_signature(frame, classifier.predict(frame))
with mlflow.start_run(run_name="model") as model_run:
    sklearn_info = mlflow.sklearn.log_model(
        classifier,
        name="classifier",
        signature=signature,
        pip_requirements=requirements,
        registered_model_name="late-flights",
        params={f"m{i}": str(i) for i in range(120)},
        serialization_format="cloudpickle",
    )
    mlflow.log_metric("auc", 0.9, model_id=sklearn_info.model_id, dataset=None)
    onnx_model = to_onnx(classifier, frame.to_numpy(dtype=np.float32)[:1], options={"zipmap": False})
    onnx_info = mlflow.onnx.log_model(onnx_model, name="onnx", pip_requirements=requirements)
    mlflow.set_logged_model_tags(onnx_info.model_id, {"exported": "yes"})
second = mlflow.register_model(f"models:/{onnx_info.model_id}", "late-flights", tags={"format": "onnx"})
assert second.version == "2" and second.status == "READY"
client.set_registered_model_alias("late-flights", "champion", "1")
client.set_registered_model_alias("late-flights", "challenger", second.version)
assert client.get_model_version_by_alias("late-flights", "champion").run_id == model_run.info.run_id
expected = classifier.predict(frame)
loaded = mlflow.pyfunc.load_model("models:/late-flights@champion")
assert (loaded.predict(frame) == expected).all()
exported = mlflow.onnx.load_model("models:/late-flights@challenger")
assert isinstance(exported, onnx.ModelProto) and exported.graph.output[0].name == "label"
assert refused(lambda: client.get_model_version_by_alias("late-flights", "nobody")) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: client.create_registered_model("late-flights")) == "RESOURCE_ALREADY_EXISTS"
logged = client.get_logged_model(sklearn_info.model_id)
assert len(logged.params) == 120 and [(m.key, m.value) for m in logged.metrics] == [("auc", 0.9)]
assert json.loads(logged.tags["mlflow.modelVersions"]) == [{"name": "late-flights", "version": "1"}]
# The client also links what the run had measured before to a model that is logged after it.
search = dict(experiment_ids=[experiment.experiment_id], output_format="list")
by_name = [{"field_name": "metrics.auc", "ascending": False}, {"field_name": "name", "ascending": True}]
found = mlflow.search_logged_models(filter_string="metrics.auc > 0.5", order_by=by_name, **search)
assert [m.name for m in found] == ["classifier", "onnx"]
found = mlflow.search_logged_models(filter_string="tags.exported = 'yes' AND status = 'READY'", **search)
assert [m.model_id for m in found] == [onnx_info.model_id]
assert {o.model_id for o in client.get_run(model_run.info.run_id).outputs.model_outputs} == {
    sklearn_info.model_id,
    onnx_info.model_id,
}

# The registry: describe, tag, search, copy, stages, delete.
client.update_registered_model("late-flights", "Will it be late?")
client.set_registered_model_tag("late-flights", "owner", "ops")
client.set_model_version_tag("late-flights", "1", "checked", "yes")
registered = client.get_registered_model("late-flights")
assert registered.description == "Will it be late?" and registered.aliases == {"champion": "1", "challenger": "2"}
assert [m.name for m in client.search_registered_models("tags.owner = 'ops' AND name ILIKE 'LATE%'")] == ["late-flights"]
assert [v.version for v in client.search_model_versions("name = 'late-flights'")] == ["2", "1"]
assert [v.version for v in client.search_model_versions(f"run_id = '{model_run.info.run_id}' and tags.checked = 'yes'")] == ["1"]
copied = client.copy_model_version("models:/late-flights@champion", "late-flights-prod")
assert (mlflow.pyfunc.load_model(f"models:/late-flights-prod/{copied.version}").predict(frame) == expected).all()
refused(lambda: client.create_model_version("late-flights", "file:///etc"), "Invalid model version source")
refused(lambda: client.create_model_version("late-flights", "mlflow-artifacts:/../x"), "Invalid model version source")
client.rename_registered_model("late-flights-prod", "late-flights-live")
client.delete_model_version("late-flights", "2")
assert refused(lambda: client.get_model_version("late-flights", "2")) == "RESOURCE_DOES_NOT_EXIST"
assert mlflow.register_model(f"runs:/{model_run.info.run_id}/classifier", "late-flights").version == "3"
client.delete_registered_model("late-flights-live")

# Runs go and come back.
client.delete_run(run_id)
assert client.get_run(run_id).info.lifecycle_stage == "deleted"
refused(lambda: client.log_metric(run_id, "loss", 1.0), "must be in the 'active' state")
assert "first" not in names()
client.restore_run(run_id)
assert "first" in names()

# Autologging: one line, and a fit becomes a run.
mlflow.sklearn.autolog(log_models=False, log_datasets=False)
with mlflow.start_run(run_name="automatic") as automatic:
    LogisticRegression(max_iter=500, C=0.5).fit(frame, late)
automatic = client.get_run(automatic.info.run_id)
assert automatic.data.params["C"] == "0.5" and automatic.data.metrics["training_accuracy_score"] > 0.9

print(
    json.dumps(
        {
            "clientVersion": mlflow.__version__,
            "runId": run_id,
            "modelRunId": model_run.info.run_id,
            "experimentId": experiment.experiment_id,
        }
    )
)
