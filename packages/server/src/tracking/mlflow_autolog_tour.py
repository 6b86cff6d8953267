"""What MLflow logs by itself: training with three libraries, the machine's load, an evaluation. Prints how many runs it made."""

import json
import sys
import time

import lightgbm
import mlflow
import pandas as pd
import xgboost
from mlflow import MlflowClient
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV

client = MlflowClient()
inputs, late = make_classification(n_samples=300, n_features=6, random_state=1)
experiment = mlflow.set_experiment("automatic")


def read(run):
    stored = client.get_run(run.info.run_id)
    return stored.data, stored, {file.path for file in client.list_artifacts(run.info.run_id)}


def wait_until(is_met):
    deadline = time.monotonic() + 30
    while not is_met():
        assert time.monotonic() < deadline, "waited for 30 s in vain"
        time.sleep(0.05)


mlflow.autolog(log_models=False)
rounds = 12

# LightGBM, with the load of the machine beside it.
mlflow.set_system_metrics_sampling_interval(0.1)
mlflow.set_system_metrics_samples_before_logging(1)
with mlflow.start_run(run_name="lightgbm", log_system_metrics=True) as run:
    data = lightgbm.Dataset(inputs, late)
    lightgbm.train({"objective": "binary", "verbose": -1}, data, rounds, valid_sets=[data])
    wait_until(lambda: "system/cpu_utilization_percentage" in read(run)[0].metrics)
logged, _, files = read(run)
assert logged.params["objective"] == "binary" and logged.params["num_boost_round"] == str(rounds)
losses = client.get_metric_history(run.info.run_id, "training-binary_logloss")
assert [loss.step for loss in losses] == list(range(rounds)) and losses[-1].value < losses[0].value
assert "feature_importance_split.json" in files and "feature_importance_split.png" in files

# XGBoost.
with mlflow.start_run(run_name="xgboost") as run:
    matrix = xgboost.DMatrix(inputs, late)
    xgboost.train({"objective": "binary:logistic"}, matrix, rounds, evals=[(matrix, "train")], verbose_eval=False)
logged, _, files = read(run)
assert logged.params["objective"] == "binary:logistic" and len(
    client.get_metric_history(run.info.run_id, "train-logloss")
) == rounds
assert "feature_importance_weight.json" in files

# scikit-learn: a search whose tries become runs below it, with the data set as an input.
with mlflow.start_run(run_name="search") as run:
    GridSearchCV(RandomForestClassifier(5, random_state=1), {"max_depth": [2, 3, 4]}, cv=2).fit(inputs, late)
logged, stored, files = read(run)
assert logged.params["best_max_depth"] in {"2", "3", "4"} and 0.5 < logged.metrics["best_cv_score"] <= 1
assert [given.tags[0].value for given in stored.inputs.dataset_inputs] == ["train"]
assert {"cv_results.csv", "training_confusion_matrix.png"} <= files
tries = client.search_runs([experiment.experiment_id], f"tags.`mlflow.parentRunId` = '{run.info.run_id}'")
assert sorted(each.data.params["max_depth"] for each in tries) == ["2", "3", "4"]
mlflow.autolog(disable=True)

# An evaluation of predictions that were made elsewhere.
frame = pd.DataFrame(inputs, columns=list("abcdef")).assign(late=late.astype(bool), predicted=late.astype(bool))
frame.loc[:29, "predicted"] = ~frame.loc[:29, "late"]
with mlflow.start_run(run_name="evaluation") as run:
    result = mlflow.models.evaluate(data=frame, predictions="predicted", targets="late", model_type="classifier")
logged, stored, files = read(run)
assert logged.metrics["accuracy_score"] == result.metrics["accuracy_score"] == 0.9
assert logged.metrics["example_count"] == 300 and "confusion_matrix.png" in files
assert len(stored.inputs.dataset_inputs) == 1

# Logged without waiting, from many threads' worth of calls; all of it is there when the run has ended.
mlflow.config.enable_async_logging()
with mlflow.start_run(run_name="unwaited") as run:
    for step in range(300):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_param(f"p{step}", step)
        mlflow.set_tag(f"t{step}", step)
mlflow.flush_async_logging()
mlflow.config.enable_async_logging(False)
logged, _, _ = read(run)
assert [each.step for each in client.get_metric_history(run.info.run_id, "loss")] == list(range(300))
assert all(logged.params[f"p{step}"] == str(step) and logged.tags[f"t{step}"] == str(step) for step in range(300))

print(json.dumps({"clientVersion": mlflow.__version__, "runs": len(client.search_runs([experiment.experiment_id]))}))
sys.stdout.flush()
