import type { ModelDetail } from '@dividend/contracts/api';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Page, Tile } from '../../ui/card.tsx';
import { Segments } from '../../ui/segments.tsx';
import { CopyCurl, CopyText, When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { VersionsSection } from './versions-section.tsx';

// It brings a writer of YAML along, which nobody else needs.
const SpecSection = lazy(async () => ({ default: (await import('./spec-section.tsx')).SpecSection }));

export function ModelPage() {
  const { model } = useParams({ from: '/models/$model' });
  const search = useSearch({ from: '/models/$model' });
  const navigate = useNavigate({ from: '/models/$model' });
  const path = `/api/v1/models/${encodeURIComponent(model)}`;
  const query = useApi<ModelDetail>(path);
  const isSpec = search.tab === 'spec';
  const choose = (change: { version?: string; tab?: string; format?: string }) =>
    void navigate({ search: { ...search, ...change }, replace: true, resetScroll: false });
  return (
    <Answer query={query} isPage>
      {(detail) => (
        <Page
          crumb={{ to: '/models', label: 'Models' }}
          title={detail.summary.name}
          subtitle={detail.description === '' ? undefined : detail.description}
          actions={
            <>
              <CopyCurl path={path} />
              <Segments
                label="Shown"
                options={[
                  { value: '', label: 'Versions and lineage' },
                  { value: 'spec', label: 'Spec and gates' },
                ]}
                value={isSpec ? 'spec' : ''}
                onChange={(tab) => choose({ tab })}
              />
            </>
          }
        >
          <Facts detail={detail} />
          {isSpec ? (
            <Suspense>
              <SpecSection
                model={model}
                isJson={search.format === 'json'}
                onFormat={(format) => choose({ format })}
              />
            </Suspense>
          ) : (
            <VersionsSection
              detail={detail}
              version={search.version}
              onVersion={(version) => choose({ version })}
            />
          )}
        </Page>
      )}
    </Answer>
  );
}

function Facts({ detail: { summary } }: { detail: ModelDetail }) {
  const { champion, activeRolloutId, latestRun, endpoint, owner, riskClass, specDigest, appliedAt } = summary;
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
      <Tile
        label="In production"
        value={champion === null ? 'none yet' : `version ${champion.version}`}
        note={champion === null ? undefined : <When at={champion.since} />}
      />
      <Tile
        label="Rollout"
        value={
          activeRolloutId === null ? (
            <span className="font-normal text-muted">none under way</span>
          ) : (
            <Link to="/rollouts/$id" params={{ id: activeRolloutId }}>
              <Status state="running" label="under way" />
            </Link>
          )
        }
        note={
          <Link to="/rollouts" search={{ model: summary.name }} className="text-accent">
            all its rollouts
          </Link>
        }
      />
      <Tile
        label="Latest pipeline run"
        value={
          latestRun === null ? (
            <span className="font-normal text-muted">none yet</span>
          ) : (
            <Link to="/pipelines/$id" params={{ id: latestRun.id }}>
              <Status state={latestRun.status} />
            </Link>
          )
        }
        note={latestRun === null ? undefined : <When at={latestRun.startedAt} />}
      />
      <Tile
        label="Answers on"
        value={
          <Link to="/monitoring/$endpoint" params={{ endpoint }} className="wrap-anywhere hover:text-accent">
            {endpoint}
          </Link>
        }
        note={
          <Link to="/value" search={{ model: summary.name }} className="text-accent">
            its books
          </Link>
        }
      />
      <Tile
        label="Owner"
        value={<span className="wrap-anywhere">{owner}</span>}
        note={
          <>
            risk class {riskClass}, spec <CopyText text={specDigest} /> of <When at={appliedAt} />
          </>
        }
      />
    </div>
  );
}
