/**
 * How a version of a prompt stands in the tag `mlflow.linkedPrompts` of runs and traces, a list in the JSON of Python: spaces behind
 * colons and commas, everything beyond ASCII escaped.
 */
export function toLinkedText(name: string, version: string): string {
  return `"name": ${toPythonText(name)}, "version": ${toPythonText(version)}`;
}

function toPythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
