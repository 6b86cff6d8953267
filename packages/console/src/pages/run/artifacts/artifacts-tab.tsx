import type { RunDetail } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Card } from '../../../ui/card.tsx';
import { Select } from '../../../ui/select.tsx';
import { ArtifactPreview } from './artifact-preview.tsx';
import { listRoots, toDownloadUrl } from './artifact-root.ts';
import { ArtifactTree } from './artifact-tree.tsx';

/** The files of the run and of the models that it made. */
export function ArtifactsTab({ run }: { run: RunDetail }) {
  const { model = '', path = '' } = useSearch({ from: '/experiments/$experimentId/runs/$runId' });
  const navigate = useNavigate({ from: '/experiments/$experimentId/runs/$runId' });
  const roots = listRoots(run);
  const root = roots.find(({ modelId }) => modelId === model) ?? roots[0];
  if (root === undefined) return null;
  const change = (next: { model?: string; path: string }) =>
    void navigate({
      search: (before) => ({ ...before, step: '', ...next }),
      replace: true,
      resetScroll: false,
    });
  if (toDownloadUrl(root, '') === undefined) {
    return (
      <Card title="Artifacts">
        <p className="text-muted">
          They are kept at <code className="font-mono text-xs wrap-anywhere text-ink">{root.uri}</code>,
          outside of this platform. Read them with the client:{' '}
          <code className="font-mono text-xs">mlflow.artifacts.download_artifacts</code>
        </p>
      </Card>
    );
  }
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(16rem,22rem)_1fr]">
      <Card
        title="Files"
        aside={
          roots.length > 1 && (
            <Select
              label="Files of"
              value={root.modelId}
              options={roots.map(({ modelId, label }) => ({ value: modelId, label }))}
              onChange={(next) => change({ model: next, path: '' })}
            />
          )
        }
      >
        <div className="max-h-[70vh] overflow-y-auto">
          <ArtifactTree
            key={root.modelId}
            listPath={root.listPath}
            folder=""
            chosen={path}
            onChoose={(next) => change({ path: next })}
          />
        </div>
      </Card>
      <ArtifactPreview key={`${root.modelId} ${path}`} root={root} path={path} />
    </div>
  );
}
