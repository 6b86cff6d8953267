"""Prompts and webhooks by the real MLflow client. Prints what the test checks beyond this script."""

import json
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

client = MlflowClient()
receiver = sys.argv[1]

# Prompts: text and chat, versions, aliases, tags, searches apart from models.
first = mlflow.genai.register_prompt("greet", "Hello {{name}}!", commit_message="first", tags={"tone": "warm"})
second = mlflow.genai.register_prompt("greet", "Good day {{name}}.")
assert (first.version, second.version) == (1, 2)
chat = mlflow.genai.register_prompt(
    "talk",
    [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{question}}"}],
    response_format={"type": "object", "properties": {"answer": {"type": "string"}}},
)
assert mlflow.genai.load_prompt("greet", version=1).format(name="Ann") == "Hello Ann!"
mlflow.genai.set_prompt_alias("greet", "live", 2)
assert mlflow.genai.load_prompt("prompts:/greet@live").template == "Good day {{name}}."
loaded = mlflow.genai.load_prompt("talk", version=chat.version)
assert loaded.format(question="Why?")[1] == {"role": "user", "content": "Why?"}
assert loaded.response_format["type"] == "object"
client.set_prompt_tag("greet", "team", "ops")
client.set_prompt_version_tag("greet", "1", "checked", "yes")
# Not by load_prompt: the client of a year ago keeps versions that it has loaded.
assert client.get_prompt_version("greet", "1").tags["checked"] == "yes"
assert {p.name for p in mlflow.genai.search_prompts()} == {"greet", "talk"}
client.create_prompt("stepwise", description="made in two steps")
assert client.create_prompt_version("stepwise", "Hi {{name}}!").template == "Hi {{name}}!"
client.create_registered_model("plain")
assert [m.name for m in client.search_registered_models()] == ["plain"]
client.delete_prompt_version_tag("greet", "1", "checked")
mlflow.genai.delete_prompt_alias("greet", "live")

# Webhooks: made, read, changed, tested, told, deleted.
hook = client.create_webhook("tour", receiver, ["registered_model.created", "prompt.created"], secret="s")
assert client.get_webhook(hook.webhook_id).events[0].entity.value == "registered_model"
assert [h.name for h in client.list_webhooks()] == ["tour"]
assert client.test_webhook(hook.webhook_id).success
assert client.update_webhook(hook.webhook_id, description="told").description == "told"
client.create_registered_model("announced")
other = client.create_webhook("gone", receiver, ["prompt.created"])
client.delete_webhook(other.webhook_id)
try:
    client.get_webhook(other.webhook_id)
    raise AssertionError("expected a refusal")
except MlflowException as error:
    assert error.error_code == "RESOURCE_DOES_NOT_EXIST"

print(json.dumps({"clientVersion": mlflow.__version__, "webhookId": hook.webhook_id}))
