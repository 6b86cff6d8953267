"""Every endpoint that MLflow's own API description declares, as `METHOD /path`, a JSON list."""

import json
import re

from mlflow.protos import databricks_pb2, mlflow_artifacts_pb2, model_registry_pb2, service_pb2, webhooks_pb2

found = set()
for module in (service_pb2, model_registry_pb2, mlflow_artifacts_pb2, webhooks_pb2):
    for service in module.DESCRIPTOR.services_by_name.values():
        for method in service.methods:
            for endpoint in method.GetOptions().Extensions[databricks_pb2.rpc].endpoints:
                # As its server mounts them: of the version the major number counts, and one path lacks its slash.
                path = re.sub(r"<[^>]+>|{[^}]+}", "{}", endpoint.path.lstrip("/"))
                found.add(f"{endpoint.method} /api/{endpoint.since.major}.0/{path}")
print(json.dumps(sorted(found)))
