import type { ModelDetail, ModelSummary, ModelVersionDetail } from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { GitCompare, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../live/queries.ts';
import { deleteFromRegistry, type RegisteredVersion, useVersion } from '../../live/registry.ts';
import { Answer } from '../../ui/answer.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Page, Tile } from '../../ui/card.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Command, CopyText, When } from '../../ui/small-parts.tsx';
import { AliasChip } from './alias-chip.tsx';
import { LineagePicture } from './lineage-picture.tsx';
import { RunLink } from './run-link.tsx';
import { StageDialog } from './stage-dialog.tsx';
import { useProtectedAliases } from './use-protected-aliases.ts';
import { VersionAbout } from './version-about.tsx';
import { VersionEntries } from './version-entries.tsx';
import { useVersionDetail } from './version-facts.ts';
import { FilesCard, MeasuresCard, ParamsCard, SignatureCard } from './version-parts.tsx';
import { VersionTraces } from './version-traces.tsx';

/** One version: what it was made of, how it did, and what became of it. */
export function VersionPage() {
  const { model, version } = useParams({ from: '/models/$model/versions/$version' });
  const registered = useVersion(model, version);
  const detail = useVersionDetail(model, version);
  return (
    <Answer query={registered} isPage>
      {(found) => (
        <Answer query={detail} isPage>
          {(made) => <Version key={`${model}/${version}`} version={found} made={made} />}
        </Answer>
      )}
    </Answer>
  );
}

function Version({ version, made }: { version: RegisteredVersion; made: ModelVersionDetail }) {
  const { model, aliases } = version;
  const summaries = useApi<ListPage<ModelSummary>>('/api/v1/models').data?.items ?? [];
  const isUnderSpec = summaries.some(({ name }) => name === model);
  const detail = useApi<ModelDetail>(`/api/v1/models/${encodeURIComponent(model)}`, { enabled: isUnderSpec });
  const known = detail.data?.versions.find((each) => each.version === version.version);
  const protectedAliases = useProtectedAliases(model, isUnderSpec);
  return (
    <Page
      crumb={[
        { to: '/models', label: 'Models' },
        { to: '/models/$model', params: { model }, label: model },
      ]}
      name={`${model} version ${version.version}`}
      title={`Version ${version.version}`}
      subtitle={
        <Command
          text={`mlflow.pyfunc.load_model(${JSON.stringify(`models:/${model}/${version.version}`)})`}
          isCode
        />
      }
      actions={
        <Actions version={version} isHeld={aliases.some((alias) => protectedAliases.includes(alias))} />
      }
    >
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        <Tile
          label="Aliases"
          value={
            aliases.length === 0 ? (
              <span className="font-normal text-muted">none</span>
            ) : (
              <span className="flex flex-wrap gap-1 font-normal">
                {aliases.map((alias) => (
                  <AliasChip
                    key={alias}
                    model={model}
                    alias={alias}
                    version={version.version}
                    isVersionShown={false}
                    isProtected={protectedAliases.includes(alias)}
                  />
                ))}
              </span>
            )
          }
          note={<Stage version={version} />}
        />
        <Tile
          label="Made"
          value={<When at={version.createdAt} />}
          note={version.createdBy === null ? undefined : `by ${version.createdBy}`}
        />
        <Tile
          label="Run"
          value={
            version.runId === null ? (
              <span className="font-normal text-muted">none</span>
            ) : (
              <RunLink runId={version.runId} />
            )
          }
          note={<CopyText text={version.source} what={`Copy the source: ${version.source}`} />}
        />
        <Tile
          label="Files"
          value={
            made.digest === null ? (
              <span className="font-normal text-muted">none here</span>
            ) : (
              `${made.files}, ${formatBytes(made.bytes)}`
            )
          }
          note={made.digest === null ? 'its source holds them' : <CopyText text={made.digest} />}
        />
      </div>
      <VersionAbout version={version} />
      <Card title="Lineage" aside="from data to production; every stop is named by its content">
        <LineagePicture version={version} detail={known} />
      </Card>
      <div className="grid gap-4 xl:grid-cols-2">
        <MeasuresCard version={version} />
        <ParamsCard version={version} />
        <SignatureCard detail={made} />
        <FilesCard detail={made} />
      </div>
      <VersionTraces version={version} />
      <VersionEntries model={model} version={version.version} />
    </Page>
  );
}

function Stage({ version }: { version: RegisteredVersion }) {
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      {version.stage === 'None' ? 'no stage' : `stage ${version.stage}`}{' '}
      <button
        type="button"
        title="Stages are deprecated since MLflow 2.9: use aliases"
        onClick={() => setAsked(true)}
        className="cursor-pointer text-accent hover:underline"
      >
        change (deprecated)
      </button>
      {isAsked && <StageDialog version={version} onClose={() => setAsked(false)} />}
    </>
  );
}

function Actions({ version: { model, version }, isHeld }: { version: RegisteredVersion; isHeld: boolean }) {
  const navigate = useNavigate();
  const [isAsked, setAsked] = useState(false);
  const before = Number(version) - 1;
  return (
    <>
      {before > 0 && (
        <Link
          to="/models/$model/compare"
          params={{ model }}
          search={{ from: String(before), to: version }}
          className="inline-flex items-center gap-1.5 rounded-md border border-line bg-card px-3 py-1.5 font-medium hover:bg-raised"
        >
          <GitCompare size={14} aria-hidden /> Compare
        </Link>
      )}
      <Button
        look="danger"
        disabled={isHeld}
        title={isHeld ? 'It is in production: release another version first' : undefined}
        onClick={() => setAsked(true)}
      >
        <Trash2 size={14} aria-hidden /> Delete
      </Button>
      {isAsked && (
        <DialogForm
          title={`Delete version ${version} of ${model}?`}
          description="It goes for good, with its tags and aliases. Its number is not used again."
          action="Delete"
          look="danger"
          run={() =>
            deleteFromRegistry('model-versions/delete', { name: model, version }, () =>
              navigate({ to: '/models/$model', params: { model } }),
            )
          }
          onClose={() => setAsked(false)}
        />
      )}
    </>
  );
}
