import type {
  EndpointSummary,
  ExperimentSummary,
  ModelSummary,
  NamedRuns,
  PipelineRun,
  Rollout,
} from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import {
  Activity,
  Boxes,
  ChartSpline,
  Download,
  FlaskConical,
  type LucideIcon,
  MessageSquareText,
  Rocket,
  SunMoon,
  Workflow,
} from 'lucide-react';
import { useDeferredValue } from 'react';
import { toFilterText } from '../live/filter-text.ts';
import { useApi } from '../live/queries.ts';
import { isPrompt, modelOrPromptFilter, useRegisteredModels } from '../live/registry.ts';
import { toWords } from '../ui/format.ts';
import { toVisibleName } from '../ui/visible-name.ts';
import { places } from './places.ts';
import { toggleTheme } from './theme.ts';

export interface PaletteItem {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly note: string;
  readonly icon: LucideIcon;
  /** The server says that it fits. */
  readonly isFound?: boolean;
  /** Where it leads, or what it does. */
  readonly go: string | (() => void);
}

const pages: readonly PaletteItem[] = places.map(({ to, label, icon, key }) => ({
  id: `page${to}`,
  group: 'Pages',
  label,
  note: `g ${key}`,
  icon,
  go: to,
}));

const actions: readonly PaletteItem[] = [
  { id: 'theme', group: 'Actions', label: 'Switch dark and light', note: '', icon: SunMoon, go: toggleTheme },
  {
    id: 'export',
    group: 'Actions',
    label: 'Export the ledger',
    note: 'ndjson, verified offline',
    icon: Download,
    go: () => location.assign('/api/v1/ledger/export'),
  },
];

/** Runs and experiments are too many to hold: those that fit are asked for. */
function useFoundRuns(question: string): readonly PaletteItem[] {
  const text = encodeURIComponent(useDeferredValue(question.trim()).slice(0, 250));
  const isAsked = text.length > 1;
  const experiments = useApi<ListPage<ExperimentSummary>>(`/api/v1/experiments?limit=6&search=${text}`);
  const runs = useApi<NamedRuns>(`/api/v1/runs?limit=6&search=${text}`, { enabled: isAsked });
  return [
    ...(experiments.data?.items ?? []).map(({ experimentId, name, lastRunAt }) => ({
      id: `experiment/${experimentId}`,
      group: 'Experiments',
      label: toVisibleName(name),
      note: lastRunAt === null ? 'no run' : `experiment ${experimentId}`,
      icon: FlaskConical,
      go: `/experiments/${experimentId}`,
    })),
    ...(isAsked ? (runs.data?.items ?? []) : []).map(
      ({ runId, name, status, experimentId, experimentName }) => ({
        id: runId,
        group: 'Runs',
        label: toVisibleName(name),
        note: `${status.toLowerCase()}, ${experimentName}`,
        icon: ChartSpline,
        go: `/experiments/${experimentId}/runs/${runId}`,
        isFound: true,
      }),
    ),
  ];
}

/** Registered models and prompts too: of those under a spec it is known without asking. */
function useFoundModels(question: string, known: readonly ModelSummary[]): readonly PaletteItem[] {
  const text = useDeferredValue(question.trim()).slice(0, 250);
  const filter = `name ILIKE ${toFilterText(`%${text}%`)} AND ${modelOrPromptFilter}`;
  const found = useRegisteredModels(filter, { limit: 12, enabled: text !== '' }).data ?? [];
  return (
    found
      .filter(({ name }) => !known.some((summary) => summary.name === name))
      // Each group stands together.
      .sort((one, other) => Number(isPrompt(one)) - Number(isPrompt(other)))
      .map((model) => ({
        id: `registered/${model.name}`,
        group: isPrompt(model) ? 'Prompts' : 'Models',
        label: model.name,
        note: model.latest === undefined ? 'no version' : `latest is version ${model.latest.version}`,
        icon: isPrompt(model) ? MessageSquareText : Boxes,
        isFound: true,
        go: `/${isPrompt(model) ? 'prompts' : 'models'}/${encodeURIComponent(model.name)}`,
      }))
  );
}

/** Everything that has a page of its own, newest first within each kind. */
export function usePaletteItems(question: string): readonly PaletteItem[] {
  const found = useFoundRuns(question);
  const models = useApi<ListPage<ModelSummary>>('/api/v1/models').data?.items ?? [];
  const registered = useFoundModels(question, models);
  const rollouts = useApi<ListPage<Rollout>>('/api/v1/rollouts').data?.items ?? [];
  const runs = useApi<ListPage<PipelineRun>>('/api/v1/pipeline-runs').data?.items ?? [];
  const endpoints = useApi<ListPage<EndpointSummary>>('/api/v1/endpoints').data?.items ?? [];
  return [
    ...pages,
    ...found,
    ...models.map(({ name, champion }) => ({
      id: `model/${name}`,
      group: 'Models',
      label: name,
      note: champion ? `version ${champion.version} in production` : 'nothing in production',
      icon: Boxes,
      go: `/models/${encodeURIComponent(name)}`,
    })),
    ...registered,
    ...rollouts.map(({ id, model, version, phase, reason }) => ({
      id,
      group: 'Rollouts',
      label: `${model} version ${version}`,
      note: `${toWords(phase)}: ${reason}`,
      icon: Rocket,
      go: `/rollouts/${id}`,
    })),
    ...endpoints.map(({ endpoint, alarms }) => ({
      id: `endpoint/${endpoint}`,
      group: 'Monitoring',
      label: endpoint,
      note: alarms === 0 ? 'no alarm' : `${alarms} alarms raised`,
      icon: Activity,
      go: `/monitoring/${encodeURIComponent(endpoint)}`,
    })),
    ...runs.map(({ id, model, trigger, status }) => ({
      id,
      group: 'Pipeline runs',
      label: `${model}, by ${trigger}`,
      note: `${status}, ${id}`,
      icon: Workflow,
      go: `/pipelines/${id}`,
    })),
    ...actions,
  ];
}

/** Of each group; who looks for an older one writes a part of it. */
const shownOfGroup = 6;

/** Those that hold every word of the question, in any order. */
export function findItems(items: readonly PaletteItem[], question: string): readonly PaletteItem[] {
  const words = question.toLowerCase().split(/\s+/).filter(Boolean);
  const counts = new Map<string, number>();
  return items.filter(({ group, label, note, id, isFound }) => {
    const text = `${group} ${label} ${note} ${id}`.toLowerCase();
    if (!isFound && !words.every((word) => text.includes(word))) return false;
    const count = (counts.get(group) ?? 0) + 1;
    counts.set(group, count);
    return group === 'Pages' || count <= shownOfGroup;
  });
}
