import type { ModelDetail, ModelSummary } from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Ellipsis, TextCursorInput, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useApi } from '../../live/queries.ts';
import { isPrompt, type RegisteredModel, useRegisteredModel } from '../../live/registry.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Segments } from '../../ui/segments.tsx';
import { CopyCurl } from '../../ui/small-parts.tsx';
import { About } from './about.tsx';
import { AliasesSection } from './aliases-section.tsx';
import { Facts } from './facts.tsx';
import { quote } from './how-it-moves.tsx';
import { type ModelAction, ModelDialog } from './model-dialogs.tsx';
import { useProtectedAliases } from './use-protected-aliases.ts';
import { VersionsSection } from './versions-section.tsx';

// It brings a writer of YAML along, which nobody else needs.
const SpecSection = lazy(async () => ({ default: (await import('./spec-section.tsx')).SpecSection }));

const crumb = { to: '/models', label: 'Models' } as const;

/** A registered model; one under a spec also shows what that spec does with it. */
export function ModelPage() {
  const { model: name } = useParams({ from: '/models/$model' });
  const declared = useApi<ListPage<ModelSummary>>('/api/v1/models');
  const registered = useRegisteredModel(name);
  return (
    <Answer query={declared} isPage>
      {({ items }) => (
        <Answer query={registered} isPage>
          {(model) => {
            const summary = items.find((each) => each.name === name);
            if (model === null && summary === undefined) return <Unknown name={name} />;
            if (model !== null && isPrompt(model)) return <ItIsAPrompt name={name} />;
            return <Model name={name} model={model ?? undefined} summary={summary} />;
          }}
        </Answer>
      )}
    </Answer>
  );
}

function Model({
  name,
  model,
  summary,
}: {
  name: string;
  /** Undefined before its first version. */
  model: RegisteredModel | undefined;
  /** Undefined without a spec. */
  summary: ModelSummary | undefined;
}) {
  const search = useSearch({ from: '/models/$model' });
  const navigate = useNavigate({ from: '/models/$model' });
  const path = `/api/v1/models/${encodeURIComponent(name)}`;
  const detail = useApi<ModelDetail>(path, { enabled: summary !== undefined }).data;
  const protectedAliases = useProtectedAliases(name, summary !== undefined);
  const tab = search.tab === 'spec' && summary === undefined ? '' : (search.tab ?? '');
  const choose = (change: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...change }, replace: true, resetScroll: false });
  return (
    <Page
      crumb={crumb}
      title={name}
      subtitle={summary === undefined ? 'Registered, under no spec' : detail?.description || undefined}
      actions={
        <>
          <CopyCurl path={summary ? path : toRegistryPath(name)} />
          <Segments
            label="Shown"
            options={[
              { value: '', label: 'Versions' },
              { value: 'aliases', label: 'Aliases over time' },
              ...(summary ? [{ value: 'spec', label: 'Spec and gates' }] : []),
            ]}
            value={tab}
            onChange={(next) => choose({ tab: next })}
          />
          {model && <Actions model={model} isUnderSpec={summary !== undefined} />}
        </>
      }
    >
      {summary && <Facts summary={summary} />}
      {model && tab === '' && <About model={model} />}
      {tab === 'spec' ? (
        <Suspense>
          <SpecSection
            model={name}
            isJson={search.format === 'json'}
            onFormat={(format) => choose({ format })}
          />
        </Suspense>
      ) : tab === 'aliases' ? (
        <AliasesSection
          model={name}
          kind="model"
          current={(model?.aliases ?? []).map(({ alias }) => alias)}
          protectedAliases={protectedAliases}
          alias={search.alias}
          at={search.at}
          onChoose={choose}
        />
      ) : model === undefined ? (
        <Card title="Versions">
          <Empty command={`dividend run ${quote(name)}`}>No version is registered yet.</Empty>
        </Card>
      ) : (
        <VersionsSection model={model} detail={detail} protectedAliases={protectedAliases} />
      )}
    </Page>
  );
}

function toRegistryPath(name: string): string {
  return `/api/2.0/mlflow/registered-models/get?name=${encodeURIComponent(name)}`;
}

function Actions({ model, isUnderSpec }: { model: RegisteredModel; isUnderSpec: boolean }) {
  const [action, setAction] = useState<ModelAction>();
  return (
    <>
      <Menu
        items={[
          // What a spec declares keeps its name and its versions: releases and their record rest on them.
          {
            label: 'Rename',
            icon: TextCursorInput,
            isDisabled: isUnderSpec,
            run: () => setAction('rename'),
          },
          {
            label: 'Delete',
            icon: Trash2,
            isDanger: true,
            isDisabled: isUnderSpec,
            run: () => setAction('delete'),
          },
        ]}
        trigger={
          <button
            type="button"
            aria-label={`Actions on ${model.name}`}
            className="cursor-pointer rounded-md p-1 text-faint hover:bg-raised hover:text-ink"
          >
            <Ellipsis size={16} aria-hidden />
          </button>
        }
      />
      {action !== undefined && (
        <ModelDialog action={action} model={model} kind="model" onClose={() => setAction(undefined)} />
      )}
    </>
  );
}

function Unknown({ name }: { name: string }) {
  return (
    <Page crumb={crumb} title={name}>
      <Card>
        <Empty>
          No model is registered by this name, and no spec declares it. It may have been renamed or deleted:{' '}
          <Link to="/ledger" search={{ model: name }} className="text-accent hover:underline">
            what the ledger says of it
          </Link>
        </Empty>
      </Card>
    </Page>
  );
}

function ItIsAPrompt({ name }: { name: string }) {
  return (
    <Page crumb={crumb} title={name}>
      <Card>
        <Empty>
          This is a prompt:{' '}
          <Link to="/prompts/$prompt" params={{ prompt: name }} className="text-accent hover:underline">
            open it
          </Link>
        </Empty>
      </Card>
    </Page>
  );
}
