import type { ReactNode } from 'react';
import { Card } from '../../../ui/card.tsx';
import { ArtifactPreview } from './artifact-preview.tsx';
import { type ArtifactRoot, toDownloadUrl } from './artifact-root.ts';
import { ArtifactTree } from './artifact-tree.tsx';

/** Files as a tree, with what is in the chosen one beside it. */
export function ArtifactBrowser({
  root,
  path,
  aside,
  onChoose,
}: {
  root: ArtifactRoot;
  /** Empty while none is chosen. */
  path: string;
  aside?: ReactNode;
  onChoose: (path: string) => void;
}) {
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
      <Card title="Files" aside={aside}>
        <div className="max-h-[70vh] overflow-y-auto">
          <ArtifactTree
            key={root.modelId}
            listPath={root.listPath}
            folder=""
            chosen={path}
            onChoose={onChoose}
          />
        </div>
      </Card>
      <ArtifactPreview key={`${root.modelId} ${path}`} root={root} path={path} />
    </div>
  );
}
