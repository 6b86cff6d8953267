"""Large files through the proxy with a real MLflow client: in parts up, and down again."""

import hashlib
import json
import os
import sys
import tempfile

os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD"] = "true"
os.environ["MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE"] = "1000000"
os.environ["MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE"] = "700000"
os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD"] = "true"

import mlflow  # noqa: E402

folder = tempfile.mkdtemp()
content = os.urandom(5_000_001)
large = os.path.join(folder, "large file.bin")
small = os.path.join(folder, "small.txt")
with open(large, "wb") as file:
    file.write(content)
with open(small, "w") as file:
    file.write("small")

mlflow.set_experiment("uploads")
with mlflow.start_run() as run:
    mlflow.log_artifact(large)
    mlflow.log_artifacts(folder, artifact_path="whole/folder")

uri = run.info.artifact_uri
listed = {item.path: item.file_size for item in mlflow.artifacts.list_artifacts(f"{uri}/whole/folder")}
down = mlflow.artifacts.download_artifacts(f"{uri}/whole/folder/large file.bin")
with open(down, "rb") as file:
    same = file.read() == content

print(
    json.dumps(
        {
            "runId": run.info.run_id,
            "experimentId": run.info.experiment_id,
            "digest": "sha256:" + hashlib.sha256(content).hexdigest(),
            "listed": listed,
            "same": same,
        }
    )
)
sys.stdout.flush()
