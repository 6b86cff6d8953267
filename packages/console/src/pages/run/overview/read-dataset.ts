export interface DatasetColumn {
  readonly name: string;
  readonly type: string;
}

/** Columns of a dataset as MLflow writes its schema (`mlflow_colspec`); none where it says nothing of columns. */
export function readDatasetSchema(schema: string | null): readonly DatasetColumn[] {
  const read = parse(schema);
  const columns = isRecord(read) ? read.mlflow_colspec : undefined;
  if (!Array.isArray(columns)) return [];
  return columns
    .filter(isRecord)
    .map(({ name, type }) => ({ name: String(name ?? ''), type: String(type ?? '') }))
    .filter(({ name }) => name !== '');
}

export function readRowCount(profile: string | null): number | undefined {
  const read = parse(profile);
  const rows = isRecord(read) ? read.num_rows : undefined;
  return typeof rows === 'number' ? rows : undefined;
}

function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
