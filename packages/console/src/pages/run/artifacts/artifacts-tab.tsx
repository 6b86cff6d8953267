import type { RunDetail } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Select } from '../../../ui/select.tsx';
import { ArtifactBrowser } from './artifact-browser.tsx';
import { listRoots } from './artifact-root.ts';

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
  return (
    <ArtifactBrowser
      root={root}
      path={path}
      onChoose={(next) => change({ path: next })}
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
    />
  );
}
