import type { RunDetail, RunLineage } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { Card } from '../../../ui/card.tsx';
import { CopyText } from '../../../ui/small-parts.tsx';

/** Models that the run made or read, and the versions registered of them. */
export function ModelList({
  run: { models, experimentId },
  versions,
}: {
  run: RunDetail;
  versions: RunLineage['versions'];
}) {
  const loose = versions.filter((version) => !models.some(({ modelId }) => modelId === version.modelId));
  if (models.length === 0 && loose.length === 0) return null;
  return (
    <Card
      title={
        <>
          Models <span className="font-normal text-faint">{models.length + loose.length}</span>
        </>
      }
    >
      <ul className="flex flex-col gap-2.5">
        {models.map(({ modelId, name, modelType, ready, direction, step }) => (
          <li key={`${direction} ${modelId}`} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Link
              to="/experiments/$experimentId/models/$modelId"
              params={{ experimentId, modelId }}
              className="font-medium wrap-anywhere text-accent hover:underline"
            >
              {name}
            </Link>
            <span className="text-xs text-muted">
              {direction === 'input' ? 'read' : 'made'}
              {step > 0 && ` at step ${step}`}
              {modelType !== null && `, ${modelType}`}
              {!ready && ', not ready'}
            </span>
            <CopyText text={modelId} shown={modelId.slice(0, 14)} what={`Copy the model id ${modelId}`} />
            {versions
              .filter((version) => version.modelId === modelId)
              .map((version) => (
                <VersionLink key={`${version.model} ${version.version}`} version={version} />
              ))}
          </li>
        ))}
        {loose.map((version) => (
          <li key={`${version.model} ${version.version}`}>
            <VersionLink version={version} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function VersionLink({ version: { model, version, aliases } }: { version: RunLineage['versions'][number] }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <Link
        to="/models/$model/versions/$version"
        params={{ model, version }}
        className="rounded border border-line bg-raised px-1.5 text-xs hover:border-faint"
      >
        {model} version {version}
      </Link>
      {aliases.map((alias) => (
        <span key={alias} className="rounded-full bg-accent-soft px-2 text-xs text-accent">
          {alias}
        </span>
      ))}
    </span>
  );
}
