"""Label schemas and review queues by the real MLflow client."""

import json

import mlflow
from mlflow.exceptions import MlflowException
from mlflow.genai import label_schemas as labels
from mlflow.genai import review_queues as queues
from mlflow.genai.label_schemas import InputCategorical, InputNumeric, InputPassFail, InputText
from mlflow.tracking._tracking_service.utils import _get_store

experiment_id = mlflow.set_experiment("reviewing").experiment_id
client = mlflow.MlflowClient()
store = _get_store()
elsewhere = client.create_experiment("reviewing elsewhere")
by_name = lambda name: labels.get_label_schema(name=name, experiment_id=experiment_id)


def refused(action):
    try:
        action()
    except MlflowException as error:
        return error.error_code
    raise AssertionError("expected a refusal")


# Label schemas: one of each input, and the question that every experiment has.
made = {
    "Is it right?": labels.create_label_schema("Is it right?", type="feedback", input=InputPassFail("Right", "Wrong"), enable_comment=True),
    "Tone": labels.create_label_schema("Tone", type="feedback", input=InputCategorical(["kind", "rude"]), instruction="How does it sound?"),
    "Topics": labels.create_label_schema("Topics", type="expectation", input=InputCategorical(["a", "b"], multi_select=True)),
    "Stars": labels.create_label_schema("Stars", type="feedback", input=InputNumeric(min_value=1, max_value=5.5)),
    "Open": labels.create_label_schema("Open", type="feedback", input=InputNumeric()),
    "Answer": labels.create_label_schema("Answer", type="expectation", input=InputText(max_length=2000)),
}
for name, schema in made.items():
    assert schema.schema_id.startswith("ls-") and schema.experiment_id == experiment_id and not schema.is_default
    assert schema.created_at == schema.updated_at and schema.name == name and schema.created_by is None
    assert labels.get_label_schema(schema_id=schema.schema_id) == schema == by_name(name)
assert made["Topics"].input == InputCategorical(["a", "b"], multi_select=True) and made["Topics"].type == "expectation"
assert made["Stars"].input == InputNumeric(1.0, 5.5) and made["Open"].input == InputNumeric()
assert made["Tone"].instruction == "How does it sound?" and made["Open"].instruction is None

listed = labels.list_label_schemas()
assert listed.token is None and sorted(schema.name for schema in listed) == sorted([*made, "Feedback"]), listed
assert [schema.created_at for schema in listed] == sorted([schema.created_at for schema in listed], reverse=True)
asked = next(schema for schema in listed if schema.is_default)
assert (asked.type, asked.input, asked.instruction) == ("feedback", InputText(), "Share any feedback on this trace.")
pages, token = [], None
while True:
    page = labels.list_label_schemas(max_results=3, page_token=token)
    pages.append([schema.schema_id for schema in page])
    token = page.token
    if token is None:
        break
assert [len(page) for page in pages] == [3, 3, 1] and sum(pages, []) == [schema.schema_id for schema in listed]
assert [schema.name for schema in labels.list_label_schemas(experiment_id=elsewhere)] == ["Feedback"]

changed = store.update_label_schema(made["Tone"].schema_id, name="Manner", input=InputCategorical(["kind", "rude", "dry"]))
assert (changed.name, changed.input.options, changed.instruction) == ("Manner", ["kind", "rude", "dry"], "How does it sound?")
changed = store.update_label_schema(changed.schema_id, instruction="", enable_comment=True)
assert changed.instruction == "" and changed.enable_comment and changed.updated_at >= changed.created_at

create = lambda name, input=InputText(), **more: labels.create_label_schema(name, type="feedback", input=input, **more)
update = lambda which, **change: store.update_label_schema(made[which].schema_id, **change)
assert refused(lambda: create("Topics")) == "RESOURCE_ALREADY_EXISTS"
assert refused(lambda: create(" FEEDBACK ")) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("n" * 251)) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("x", instruction="i" * 1001)) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("x", InputPassFail("same", "same"))) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("x", InputPassFail("p" * 65, "n"))) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("x", InputCategorical([]))) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("x", InputCategorical([str(i) for i in range(11)]))) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("x", InputCategorical(["a", ""]))) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("x", InputCategorical(["a", "a"]))) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("x", InputNumeric(5, 5))) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("x", InputText(max_length=0))) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: create("x", experiment_id="999999")) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: update("Topics", input=InputText())) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: update("Topics", input=InputCategorical(["a"]))) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: update("Topics", name="Stars")) == "RESOURCE_ALREADY_EXISTS"
assert refused(lambda: update("Topics", name="")) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: store.update_label_schema(asked.schema_id, instruction="other")) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: labels.delete_label_schema(schema_id=asked.schema_id)) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: store.update_label_schema("ls-none", name="x")) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: labels.get_label_schema(schema_id="ls-none")) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: by_name("none")) == "RESOURCE_DOES_NOT_EXIST"
assert by_name("Topics") == made["Topics"]
labels.delete_label_schema(schema_id=made["Open"].schema_id)
labels.delete_label_schema(schema_id=made["Open"].schema_id)
assert refused(lambda: by_name("Open")) == "RESOURCE_DOES_NOT_EXIST"

# Review queues of users and others, with traces that wait.
traces = []
for index in range(5):
    with mlflow.start_span(name=f"answer {index}") as span:
        pass
    traces.append(span.trace_id)
mlflow.set_experiment(experiment_id=elsewhere)
with mlflow.start_span(name="stranger") as span:
    stranger = span.trace_id
mlflow.set_experiment(experiment_id=experiment_id)
mlflow.flush_trace_async_logging()

own = queues.get_or_create_user_queue(" Ann ")
assert (own.name, own.users, own.schema_ids, own.queue_type, own.created_by) == ("ann", ["ann"], [], "user", "ann")
assert own.queue_id.startswith("rq-") and queues.get_or_create_user_queue("ANN") == own
topics, stars = made["Topics"].schema_id, made["Stars"].schema_id
team = queues.create_review_queue(" Night shift ", queue_type="custom", users=["Bob", "ann", "bob"], schema_ids=[topics, stars, topics])
assert (team.name, team.users, team.queue_type, team.created_by) == ("Night shift", ["ann", "bob"], "custom", None)
assert team.schema_ids == sorted([topics, stars])
bobs = queues.create_review_queue("bob", queue_type="user")
assert queues.get_review_queue(team.queue_id) == team == queues.get_review_queue(name="NIGHT shift")
assert {queue.name for queue in queues.list_review_queues()} == {"ann", "bob", "Night shift"}
assert {queue.name for queue in queues.list_review_queues(user="BOB")} == {"bob", "Night shift"}
first = queues.list_review_queues(max_results=2)
rest = queues.list_review_queues(max_results=2, page_token=first.token)
assert (len(first), len(rest), rest.token) == (2, 1, None)
assert [*first, *rest] == list(queues.list_review_queues())

team = queues.update_review_queue(team.queue_id, name="Early shift", users=[], schema_ids=[stars], new_owner=" Cy ")
assert (team.name, team.users, team.schema_ids, team.created_by) == ("Early shift", [], [stars], "Cy")
assert queues.update_review_queue(team.queue_id) == team
team = queues.update_review_queue(team.queue_id, name="EARLY shift", users=["bob"])

items = queues.add_items_to_review_queue(team.queue_id, item_ids=[traces[2], f" {traces[0]} ", traces[2], traces[1]])
assert [item.item_id for item in items] == [traces[2], traces[0], traces[1]]
assert {(item.status, item.item_type, item.completed_by, item.queue_id) for item in items} == {("pending", "trace", None, team.queue_id)}
done = queues.set_review_queue_item_status(team.queue_id, item_id=traces[0], status="complete", completed_by=" BOB ")
assert (done.status, done.completed_by) == ("complete", "bob") and done.completed_time_ms >= done.creation_time_ms
again = queues.set_review_queue_item_status(team.queue_id, item_id=traces[0], status="complete", completed_by="ann")
assert again == done
kept = queues.add_items_to_review_queue(team.queue_id, item_ids=[traces[0], traces[3]])
assert [item.status for item in kept] == ["complete", "pending"]
declined = queues.set_review_queue_item_status(team.queue_id, item_id=traces[1], status="declined", completed_by="ann")
assert (declined.status, declined.completed_by) == ("declined", "ann")
opened = queues.set_review_queue_item_status(team.queue_id, item_id=traces[1], status="pending")
assert (opened.status, opened.completed_by, opened.completed_time_ms) == ("pending", None, None)
waiting = queues.list_review_queue_items(team.queue_id, status="pending")
assert {item.item_id for item in waiting} == {traces[1], traces[2], traces[3]} and waiting.token is None
listed = queues.list_review_queue_items(team.queue_id)
assert len(listed) == 4 and listed[0].item_id == traces[3]
page = queues.list_review_queue_items(team.queue_id, max_results=3)
assert [*page, *queues.list_review_queue_items(team.queue_id, max_results=3, page_token=page.token)] == list(listed)
queues.remove_items_from_review_queue(team.queue_id, item_ids=[traces[3], "tr-none"])
assert len(queues.list_review_queue_items(team.queue_id)) == 3
queues.add_items_to_review_queue(own.queue_id, item_ids=[traces[0], traces[4]])
assert {queue.name for queue in store.list_review_queues(experiment_id, item_id=traces[0])} == {"ann", "EARLY shift"}
client.delete_traces(experiment_id=experiment_id, trace_ids=[traces[0]])
assert [item.item_id for item in queues.list_review_queue_items(own.queue_id)] == [traces[4]]
assert store.list_review_queues(experiment_id, item_id=traces[0]) == []

queue = lambda name, queue_type="custom", **more: queues.create_review_queue(name, queue_type=queue_type, **more)
status = lambda item_id, status, **more: queues.set_review_queue_item_status(team.queue_id, item_id=item_id, status=status, **more)
assert refused(lambda: queue("early SHIFT")) == "RESOURCE_ALREADY_EXISTS"
assert refused(lambda: queue("ANN")) == "RESOURCE_ALREADY_EXISTS"
assert refused(lambda: queues.get_or_create_user_queue("early shift")) == "RESOURCE_ALREADY_EXISTS"
assert refused(lambda: queue(" Default ")) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queue("   ")) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queue("q" * 251)) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queue("x", users=[str(i) for i in range(11)])) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queue("x", users=["a", " "])) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queue("x", schema_ids=["ls-none"])) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queue("x", schema_ids=["s" * 37])) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queue("Dee", "user", users=["eve"])) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queue("dee", "user", schema_ids=[stars])) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queue("x", experiment_id="999999")) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: queues.update_review_queue(own.queue_id, name="x")) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queues.update_review_queue(team.queue_id, name="Ann")) == "RESOURCE_ALREADY_EXISTS"
assert refused(lambda: queues.update_review_queue(team.queue_id, schema_ids=[topics])) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queues.update_review_queue(team.queue_id, new_owner=" ")) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queues.update_review_queue("rq-none", name="x")) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: queues.get_review_queue("rq-none")) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: queues.get_review_queue(name="none")) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: queues.add_items_to_review_queue(team.queue_id, item_ids=[])) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queues.add_items_to_review_queue(team.queue_id, item_ids=["t" * 51])) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: queues.add_items_to_review_queue(team.queue_id, item_ids=[traces[4], "tr-none"])) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: queues.add_items_to_review_queue(team.queue_id, item_ids=[stranger])) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: queues.add_items_to_review_queue("rq-none", item_ids=[traces[4]])) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: queues.remove_items_from_review_queue("rq-none", item_ids=["x"])) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: queues.list_review_queue_items("rq-none")) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: status(traces[1], "complete")) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: status(traces[1], "pending", completed_by="ann")) == "INVALID_PARAMETER_VALUE"
assert refused(lambda: status(traces[4], "complete", completed_by="ann")) == "RESOURCE_DOES_NOT_EXIST"
assert refused(lambda: status(traces[1], "complete", completed_by="u" * 251)) == "INVALID_PARAMETER_VALUE"
assert len(queues.list_review_queue_items(team.queue_id)) == 2 and queues.get_review_queue(team.queue_id) == team

labels.delete_label_schema(schema_id=stars)
assert queues.get_review_queue(team.queue_id).schema_ids == [stars]
queues.delete_review_queue(team.queue_id)
queues.delete_review_queue(team.queue_id)
assert refused(lambda: queues.get_review_queue(team.queue_id)) == "RESOURCE_DOES_NOT_EXIST"
assert client.get_trace(traces[1]).info.trace_id == traces[1]
print(json.dumps({"experimentId": experiment_id}))
