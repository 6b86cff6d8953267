"""Trains the flight-late model on one period, tests it on the period's end, logs it to MLflow and writes the release files.

Params: from, to (dates, UTC; a label counts only if the flight landed before `to`), maxRows (of training), holdoutDays
(whole weeks, so that the reference holds every weekday alike), iterations, learningRate, maxLeafNodes, minSamplesLeaf, seed;
compareWith, the URI of a registered model (models:/flight-late@champion) to measure on the same holdout, where it exists.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import step
from flights_table import FEATURES, read_flights
from quality import measure

OUTPUT = "probability_late"
REFERENCE_ROWS = 50_000
GOLDEN_ROWS = 32
# ONNX computes in float32 what scikit-learn computes in float64
TOLERANCE = 1e-5
DEFAULTS = {
    "maxRows": 500_000,
    "holdoutDays": 7,
    "iterations": 200,
    "learningRate": 0.1,
    "maxLeafNodes": 63,
    "minSamplesLeaf": 100,
    "seed": 7,
    "compareWith": "",
}


def split(given: dict):
    """Training rows landed before the holdout begins; holdout rows are the period's end."""
    start, end = (to_utc(given[bound]) for bound in ("from", "to"))
    cut = end - timedelta(days=given["holdoutDays"])
    x, y, departed_at, landed_at = read_flights(step.input_path("features"), start, end)
    train = np.flatnonzero(landed_at < np.datetime64(cut))
    holdout = np.flatnonzero(departed_at >= np.datetime64(cut))
    random = np.random.default_rng(given["seed"])
    if train.size > given["maxRows"]:
        train = np.sort(random.choice(train, given["maxRows"], replace=False))
    return (x[train], y[train]), (x[holdout], y[holdout]), random


def to_utc(text: str) -> datetime:
    """An ISO date or time as naive UTC, which is what the table holds; without an offset it is UTC already."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def fit(train, holdout, given: dict):
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=given["iterations"],
        learning_rate=given["learningRate"],
        max_leaf_nodes=given["maxLeafNodes"],
        min_samples_leaf=given["minSamplesLeaf"],
        random_state=given["seed"],
        # the holdout only draws a curve; it must not choose when to stop, or it would judge itself
        early_stopping=True,
        n_iter_no_change=given["iterations"] + 1,
        scoring="loss",
    )
    model.fit(*train, X_val=holdout[0], y_val=holdout[1])
    return model


def to_onnx(model):
    """The model with one input, the feature matrix [rows, features], and one output, the probability of late [rows, 1]."""
    from onnx import TensorProto, helper
    from skl2onnx import to_onnx as convert
    from skl2onnx.common.data_types import FloatTensorType

    converted = convert(
        model,
        initial_types=[("features", FloatTensorType([None, len(FEATURES)]))],
        options={"zipmap": False},
        target_opset={"": 17, "ai.onnx.ml": 3},
    )
    # one column only: mlflow's pyfunc puts each output into one column of a data frame
    graph = converted.graph
    graph.initializer.append(helper.make_tensor("late_class", TensorProto.INT64, [1], [1]))
    graph.node.append(helper.make_node("Gather", ["probabilities", "late_class"], [OUTPUT], axis=1))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [None, 1]))
    return converted


def score(onnx_bytes: bytes, x: np.ndarray) -> np.ndarray:
    from onnxruntime import InferenceSession

    session = InferenceSession(onnx_bytes, providers=["CPUExecutionProvider"])
    return session.run([OUTPUT], {"features": x})[0][:, 0]


def compare(given: dict, holdout, metrics: dict) -> dict:
    """The registered model on the very same flights: only that is a fair comparison, for weeks differ in difficulty."""
    if not given["compareWith"]:
        return {}
    import mlflow.onnx
    from mlflow.exceptions import MlflowException

    try:
        champion = mlflow.onnx.load_model(given["compareWith"])
    except MlflowException as error:
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise
        print(f"Not compared: '{given['compareWith']}' does not exist yet")
        return {}
    theirs = measure(holdout[1], score(champion.SerializeToString(), holdout[0]))
    return {
        "champion_auc": theirs["auc"],
        "champion_brier": theirs["brier"],
        "auc_gain": metrics["auc"] - theirs["auc"],
        "brier_gain": theirs["brier"] - metrics["brier"],
    }


def write_release_files(onnx_bytes: bytes, holdout, probability: np.ndarray, random) -> None:
    x, y = holdout
    step.output_path("model.onnx").write_bytes(onnx_bytes)
    step.write_json(
        "signature.json",
        {
            "inputs": [{"name": name, "datatype": "FP32", "shape": [-1]} for name in FEATURES],
            "stackInto": "features",
            "outputs": [
                {"name": OUTPUT, "datatype": "FP32", "shape": [-1], "onnxOutput": OUTPUT, "column": 0}
            ],
            "score": OUTPUT,
        },
    )
    golden = np.linspace(0, len(y) - 1, min(GOLDEN_ROWS, len(y))).astype(int)
    step.write_json(
        "golden.json",
        {
            "inputs": {name: x[golden, i].tolist() for i, name in enumerate(FEATURES)},
            "outputs": {OUTPUT: score(onnx_bytes, x[golden]).tolist()},
            "tolerance": TOLERANCE,
        },
    )
    chosen = np.sort(random.choice(len(y), min(REFERENCE_ROWS, len(y)), replace=False))
    columns = {name: x[chosen, i] for i, name in enumerate(FEATURES)}
    pq.write_table(
        pa.table({**columns, "score": probability[chosen], "label": y[chosen]}), step.output_path("reference.parquet")
    )


def log(model, onnx_model, metrics: dict, given: dict) -> None:
    import mlflow
    import mlflow.onnx
    from mlflow.entities import Metric
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema

    now = int(datetime.now().timestamp() * 1000)
    curves = {"train_log_loss": -model.train_score_, "holdout_log_loss": -model.validation_score_}
    points = [
        Metric(name, float(loss), now, iteration)
        for name, losses in curves.items()
        for iteration, loss in enumerate(losses)
    ]
    signature = ModelSignature(
        inputs=Schema([ColSpec(DataType.float, name) for name in FEATURES]),
        outputs=Schema([ColSpec(DataType.float, OUTPUT)]),
    )
    with mlflow.start_run(run_id=step.run_id()):
        client = mlflow.MlflowClient()
        mlflow.log_params(given)
        client.log_batch(step.run_id(), metrics=points)
        mlflow.log_metrics({name: float(value) for name, value in metrics.items()})
        mlflow.onnx.log_model(
            onnx_model,
            name="model",
            signature=signature,
            onnx_execution_providers=["CPUExecutionProvider"],
            pip_requirements=["mlflow", "onnx", "onnxruntime", "numpy", "pandas"],
        )


def main() -> None:
    given = {**DEFAULTS, **step.params()}
    step.run_id()  # a run that cannot be logged should not train first
    train, holdout, random = split(given)
    model = fit(train, holdout, given)
    onnx_model = to_onnx(model)
    onnx_bytes = onnx_model.SerializeToString()
    probability = score(onnx_bytes, holdout[0])
    worst = float(np.abs(probability - model.predict_proba(holdout[0])[:, 1]).max())
    if worst > TOLERANCE:
        raise SystemExit(f"Converting the model to ONNX failed: a probability moved by {worst}, at most {TOLERANCE} is allowed")
    metrics = measure(holdout[1], probability)
    metrics |= compare(given, holdout, metrics)
    write_release_files(onnx_bytes, holdout, probability, random)
    step.write_json("metrics.json", metrics)
    log(model, onnx_model, {**metrics, "train_rows": len(train[1]), "onnx_worst_difference": worst}, given)
    print(f"Trained on {len(train[1])} flights; AUC {metrics['auc']:.4f}, Brier {metrics['brier']:.4f} on the next {metrics['rows']}")


if __name__ == "__main__":
    main()
