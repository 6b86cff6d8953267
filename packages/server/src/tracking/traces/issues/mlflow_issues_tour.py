"""Issues of traces by the real MLflow client."""

import json

import mlflow
from mlflow.entities.issue import IssueSeverity, IssueStatus
from mlflow.exceptions import MlflowException
from mlflow.tracking._tracking_service.utils import _get_store

experiment_id = mlflow.set_experiment("issues").experiment_id
store = _get_store()

low = store.create_issue(experiment_id, "Slow", "It takes long", severity=IssueSeverity.LOW, root_causes=["cold cache"])
high = store.create_issue(experiment_id, "Wrong", "It invents", severity=IssueSeverity.HIGH, categories=["truth"], created_by="me")
plain = store.create_issue(experiment_id, "Odd", "")
assert low.issue_id.startswith("iss-") and low.root_causes == ["cold cache"] and low.status == IssueStatus.PENDING
assert store.get_issue(high.issue_id).to_dictionary() == high.to_dictionary()

found = store.search_issues(experiment_id, max_results=2)
assert [issue.name for issue in found] == ["Wrong", "Slow"], found
assert [issue.name for issue in store.search_issues(experiment_id, max_results=2, page_token=found.token)] == ["Odd"]

changed = store.update_issue(low.issue_id, status=IssueStatus.RESOLVED, description="It took long")
assert (changed.name, changed.description, changed.status, changed.severity) == ("Slow", "It took long", IssueStatus.RESOLVED, IssueSeverity.LOW)
assert [issue.name for issue in store.search_issues(experiment_id, filter_string="status = 'resolved'")] == ["Slow"]
assert len(store.search_issues(experiment_id, filter_string="status != 'resolved'")) == 2


def refusal(action):
    try:
        action()
    except MlflowException as error:
        return error.error_code
    raise AssertionError("expected a refusal")


assert refusal(lambda: store.get_issue("iss-none")) == "RESOURCE_DOES_NOT_EXIST"
assert refusal(lambda: store.search_issues(experiment_id, filter_string="name = 'x'")) == "INVALID_PARAMETER_VALUE"
assert refusal(lambda: store.create_issue("999999", "x", "y")) == "RESOURCE_DOES_NOT_EXIST"

with mlflow.start_span(name="answer") as span:
    pass
mlflow.flush_trace_async_logging()
print(json.dumps({"experimentId": experiment_id, "issueId": high.issue_id, "traceId": span.trace_id}))
