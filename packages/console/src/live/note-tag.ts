/** Where MLflow keeps what people write about a run or an experiment, in Markdown. */
export const noteTag = 'mlflow.note.content';
