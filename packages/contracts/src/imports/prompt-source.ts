const promptSources: readonly string[] = ['dummy-source', 'prompt-template'];

/** Whether a version's source is what MLflow's clients write where a prompt has no files. */
export function isPromptSource(source: string | null): boolean {
  return source !== null && promptSources.includes(source);
}
