import type { RunDetail } from '@dividend/contracts/api';

/** What has artifacts: the run, or a model that it made. */
export interface ArtifactRoot {
  /** Empty for the run itself. */
  readonly modelId: string;
  readonly label: string;
  readonly uri: string;
  /** Route that lists its folders. */
  readonly listPath: string;
}

export function listRoots({ runId, artifactUri, models }: RunDetail): readonly ArtifactRoot[] {
  return [
    {
      modelId: '',
      label: 'of the run',
      uri: artifactUri,
      listPath: `/api/v1/runs/${encodeURIComponent(runId)}/artifacts`,
    },
    ...models.filter(({ direction }) => direction === 'output').map(toModelRoot),
  ];
}

export function toModelRoot({
  modelId,
  name,
  artifactUri,
}: {
  readonly modelId: string;
  readonly name: string;
  readonly artifactUri: string;
}): ArtifactRoot {
  return {
    modelId,
    label: `model ${name}`,
    uri: artifactUri,
    listPath: `/api/v1/logged-models/${encodeURIComponent(modelId)}/artifacts`,
  };
}

/** Undefined where the artifacts are kept elsewhere, which this platform cannot read. */
export function toDownloadUrl(root: ArtifactRoot, path: string): string | undefined {
  const folder = /^mlflow-artifacts:\/(?!\/)(.+)$/.exec(root.uri)?.[1];
  if (folder === undefined) return undefined;
  const names = `${folder}/${path}`.split('/').map(encodeURIComponent);
  return `/api/2.0/mlflow-artifacts/artifacts/${names.join('/')}`;
}
