import type { ExperimentSummary } from '@dividend/contracts/api';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { mlflowRoot } from '../../live/mlflow.ts';
import { useApi } from '../../live/queries.ts';
import { pathOf } from '../../live/run-rows.ts';
import { Answer } from '../../ui/answer.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Page } from '../../ui/card.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { Command, CopyCurl, CopyText, When } from '../../ui/small-parts.tsx';
import { TagTable } from '../../ui/tag-table.tsx';
import { RunLink } from '../models/run-link.tsx';
import { ArtifactBrowser } from '../run/artifacts/artifact-browser.tsx';
import { toModelRoot } from '../run/artifacts/artifact-root.ts';
import { ParamTable } from '../run/overview/param-table.tsx';
import { NewestTracesCard } from '../traces/newest-traces-card.tsx';
import { LoggedModelMetrics } from './logged-model-metrics.tsx';
import { LoggedModelStatus } from './logged-model-status.tsx';
import {
  deleteLoggedModel,
  deleteLoggedModelTag,
  type LoggedModel,
  pathOfLoggedModel,
  setLoggedModelTag,
  useLoggedModel,
} from './logged-models.ts';
import { toTracesFilter } from './to-traces-filter.ts';
import { VersionLinks } from './version-links.tsx';

/** One logged model: where it came from, how it did, what it is registered as, and its files. */
export function LoggedModelPage() {
  const { modelId } = useParams({ from: '/experiments/$experimentId/models/$modelId' });
  const query = useLoggedModel(modelId);
  return (
    <Answer query={query} isPage>
      {(model) => <Model key={modelId} model={model} />}
    </Answer>
  );
}

function Model({ model }: { model: LoggedModel }) {
  const { experimentId, modelId, name, status } = model;
  const experiment = useApi<ExperimentSummary>(pathOf(experimentId));
  return (
    <Page
      crumb={[
        {
          to: '/experiments/$experimentId',
          params: { experimentId },
          label: experiment.data?.name ?? `Experiment ${experimentId}`,
        },
        { to: '/experiments/$experimentId/models', params: { experimentId }, label: 'Models' },
      ]}
      name={name}
      title={
        <span className="flex flex-wrap items-center gap-x-3">
          <span className="wrap-anywhere">{name}</span>
          <span className="text-base">
            <LoggedModelStatus status={status} />
          </span>
        </span>
      }
      subtitle={<Facts model={model} />}
      actions={
        <>
          <CopyText text={modelId} shown={modelId.slice(0, 14)} what="Copy the model id" />
          <CopyCurl path={mlflowRoot + pathOfLoggedModel(modelId)} />
          <Delete model={model} />
        </>
      }
    >
      <div>
        <Command text={`mlflow.pyfunc.load_model("models:/${modelId}")`} isCode />
      </div>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="Registered as">
            {model.versions.length === 0 ? (
              <Registration modelId={modelId} />
            ) : (
              <VersionLinks versions={model.versions} />
            )}
          </Card>
          <LoggedModelMetrics metrics={model.metrics} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <ParamTable params={model.params} />
          <TagTable
            owner={{
              name,
              tags: model.tags,
              maxValue: 100_000,
              set: (key, value) => setLoggedModelTag(modelId, key, value),
              remove: (key) => deleteLoggedModelTag(modelId, key),
            }}
          />
        </div>
      </div>
      <NewestTracesCard
        experimentId={experimentId}
        filter={toTracesFilter(modelId)}
        none="No trace of this experiment names it: mlflow.set_active_model(model_id=…) links what is traced afterwards."
      />
      <Artifacts model={model} />
    </Page>
  );
}

function Facts({ model: { modelType, sourceRunId, createdAt, updatedAt } }: { model: LoggedModel }) {
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      {modelType !== null && <span>{modelType}</span>}
      <span>
        logged <When at={createdAt} />
        {updatedAt !== createdAt && (
          <>
            , changed <When at={updatedAt} />
          </>
        )}
      </span>
      <span>
        {sourceRunId === null ? (
          'of no run'
        ) : (
          <>
            by run <RunLink runId={sourceRunId} />
          </>
        )}
      </span>
    </span>
  );
}

function Registration({ modelId }: { modelId: string }) {
  return (
    <div className="flex flex-col items-start gap-3 text-muted">
      <p>Not registered. To make a version of it:</p>
      <Command text={`mlflow.register_model("models:/${modelId}", "name")`} isCode />
    </div>
  );
}

function Delete({ model: { experimentId, modelId, name, versions } }: { model: LoggedModel }) {
  const navigate = useNavigate();
  const [isAsked, setAsked] = useState(false);
  const kept = versions.length === 0 ? '' : ' Versions made from it keep their files.';
  return (
    <>
      <Button look="danger" onClick={() => setAsked(true)}>
        <Trash2 size={14} aria-hidden /> Delete
      </Button>
      {isAsked && (
        <DialogForm
          title={`Delete ${name}?`}
          description={`It is taken out of sight, and nothing in MLflow’s API brings it back. Its files stay until dividend gc removes them.${kept}`}
          action="Delete"
          look="danger"
          run={() =>
            deleteLoggedModel(modelId, () =>
              navigate({ to: '/experiments/$experimentId/models', params: { experimentId } }),
            )
          }
          onClose={() => setAsked(false)}
        />
      )}
    </>
  );
}

function Artifacts({ model }: { model: LoggedModel }) {
  const { path = '' } = useSearch({ from: '/experiments/$experimentId/models/$modelId' });
  const navigate = useNavigate({ from: '/experiments/$experimentId/models/$modelId' });
  return (
    <ArtifactBrowser
      root={toModelRoot(model)}
      path={path}
      onChoose={(next) => void navigate({ search: { path: next }, replace: true, resetScroll: false })}
    />
  );
}
