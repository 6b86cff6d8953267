"""Tries to change what a registered version loads, with a real MLflow client; argument: the name to register."""

import json
import os
import sys
import tempfile

import mlflow
from mlflow.artifacts import download_artifacts
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

name = sys.argv[1]
client = mlflow.MlflowClient()
folder = tempfile.mkdtemp()


def log(run_id, file, text):
    path = os.path.join(folder, file)
    with open(path, "w") as stream:
        stream.write(text)
    client.log_artifact(run_id, path, "model/deep")


def load(version):
    root = download_artifacts(f"models:/{name}/{version}", dst_path=tempfile.mkdtemp())
    found = {}
    for base, _, files in os.walk(root):
        for file in files:
            if file == "registered_model_meta":
                continue
            with open(os.path.join(base, file)) as stream:
                found[os.path.relpath(os.path.join(base, file), root)] = stream.read()
    return found


mlflow.set_experiment("pinned")
with mlflow.start_run() as run:
    run_id = run.info.run_id
    log(run_id, "weights", "one")
    log(run_id, "notes", "kept")
    client.create_registered_model(name)
    client.create_model_version(name, f"runs:/{run_id}/model", run_id=run_id)
    log(run_id, "weights", "two")
    client.create_model_version(name, f"runs:/{run_id}/model", run_id=run_id)
    repository = get_artifact_repository(run.info.artifact_uri)
    repository.delete_artifacts("model/deep/notes")
    client.create_model_version(name, f"models:/{name}/1")
    repository.delete_artifacts("model")

refused = []
own = get_artifact_repository(client.get_model_version_download_uri(name, "1"))
for attempt in (lambda: own.log_artifact(os.path.join(folder, "weights"), "deep"), own.delete_artifacts):
    try:
        attempt()
        refused.append(None)
    except (MlflowException, Exception) as error:
        refused.append(str(error))

print(json.dumps({"loaded": [load("1"), load("2"), load("3")], "refused": refused, "runId": run_id}))
