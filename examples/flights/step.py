"""What a command step of a Dividend pipeline is given: inputs, a folder for outputs, parameters, and a tracking run."""

import json
import os
from pathlib import Path


def input_path(name: str) -> Path:
    """The file of the step's input `name`; for an input that is a folder, the folder."""
    return Path(_required(f"DIVIDEND_INPUT_{name.upper()}"))


def output_path(name: str) -> Path:
    folder = Path(_required("DIVIDEND_OUTPUT_DIR"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def params() -> dict:
    return json.loads(os.environ.get("DIVIDEND_PARAMS") or "{}")


def run_id() -> str:
    return _required("MLFLOW_RUN_ID")


def write_json(name: str, value: object) -> None:
    output_path(name).write_text(json.dumps(value, indent=1) + "\n")


def _required(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise SystemExit(f"Reading the step's environment failed: '{variable}' is not set; run this as a pipeline step")
    return value
