import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { compareParams } from '../pages/compare/compare-params.ts';
import { runTableParams } from '../pages/experiments/run-table-params.ts';
import { runParams } from '../pages/run/run-params.ts';
import { FailedPage } from './failed-page.tsx';
import { NotFound } from './not-found.tsx';
import { parseSearch, pickSearch, stringifySearch } from './search-params.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const getParentRoute = () => root;

const routes = [
  createRoute({
    getParentRoute,
    path: '/',
    component: lazyRouteComponent(() => import('../pages/overview/overview-page.tsx'), 'OverviewPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/experiments',
    validateSearch: pickSearch('q', 'stage', 'order', 'filter'),
    component: lazyRouteComponent(
      () => import('../pages/experiments/experiments-page.tsx'),
      'ExperimentsPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/experiments/$experimentId',
    validateSearch: pickSearch(...runTableParams),
    component: lazyRouteComponent(() => import('../pages/experiments/experiment-page.tsx'), 'ExperimentPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/experiments/$experimentId/models',
    validateSearch: pickSearch('filter', 'order'),
    component: lazyRouteComponent(
      () => import('../pages/logged-models/logged-models-page.tsx'),
      'LoggedModelsPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/experiments/$experimentId/models/$modelId',
    validateSearch: pickSearch('path', 'step'),
    component: lazyRouteComponent(
      () => import('../pages/logged-models/logged-model-page.tsx'),
      'LoggedModelPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/experiments/$experimentId/traces',
    validateSearch: pickSearch('filter', 'order'),
    component: lazyRouteComponent(() => import('../pages/traces/traces-page.tsx'), 'TracesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/experiments/$experimentId/sessions',
    validateSearch: pickSearch('filter', 'session'),
    component: lazyRouteComponent(() => import('../pages/traces/sessions-page.tsx'), 'SessionsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/compare-traces',
    validateSearch: pickSearch('ids'),
    component: lazyRouteComponent(
      () => import('../pages/traces/compare-traces-page.tsx'),
      'CompareTracesPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/experiments/$experimentId/evaluation',
    validateSearch: pickSearch('dataset'),
    component: lazyRouteComponent(() => import('../pages/evaluation/evaluation-page.tsx'), 'EvaluationPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/traces/$traceId',
    validateSearch: pickSearch('span', 'q', 'tab'),
    component: lazyRouteComponent(() => import('../pages/trace/trace-page.tsx'), 'TracePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/experiments/$experimentId/runs/$runId',
    validateSearch: pickSearch(...runParams),
    component: lazyRouteComponent(() => import('../pages/run/run-page.tsx'), 'RunPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/runs/$runId',
    validateSearch: pickSearch(...runParams),
    component: lazyRouteComponent(() => import('../pages/run/run-by-id.tsx'), 'RunById'),
  }),
  createRoute({
    getParentRoute,
    path: '/compare',
    validateSearch: pickSearch(...compareParams),
    component: lazyRouteComponent(() => import('../pages/compare/compare-page.tsx'), 'ComparePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/models',
    validateSearch: pickSearch('q', 'order', 'under'),
    component: lazyRouteComponent(() => import('../pages/models/models-page.tsx'), 'ModelsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/models/$model',
    validateSearch: pickSearch('tab', 'format', 'alias', 'at'),
    component: lazyRouteComponent(() => import('../pages/models/model-page.tsx'), 'ModelPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/models/$model/versions/$version',
    component: lazyRouteComponent(() => import('../pages/models/version-page.tsx'), 'VersionPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/models/$model/compare',
    validateSearch: pickSearch('from', 'to', 'shown'),
    component: lazyRouteComponent(() => import('../pages/models/compare-page.tsx'), 'ComparePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/prompts',
    validateSearch: pickSearch('q', 'order'),
    component: lazyRouteComponent(() => import('../pages/prompts/prompts-page.tsx'), 'PromptsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/prompts/$prompt',
    validateSearch: pickSearch('version', 'base', 'layout', 'tab', 'alias', 'at'),
    component: lazyRouteComponent(() => import('../pages/prompts/prompt-page.tsx'), 'PromptPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/pipelines',
    validateSearch: pickSearch('model', 'state'),
    component: lazyRouteComponent(() => import('../pages/pipelines/pipelines-page.tsx'), 'PipelinesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/pipelines/$id',
    validateSearch: pickSearch('step'),
    component: lazyRouteComponent(() => import('../pages/pipelines/pipeline-page.tsx'), 'PipelinePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/rollouts',
    validateSearch: pickSearch('model', 'state'),
    component: lazyRouteComponent(() => import('../pages/rollouts/rollouts-page.tsx'), 'RolloutsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/rollouts/$id',
    validateSearch: pickSearch('view'),
    component: lazyRouteComponent(() => import('../pages/rollouts/rollout-page.tsx'), 'RolloutPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/monitoring',
    component: lazyRouteComponent(() => import('../pages/monitoring/endpoints-page.tsx'), 'EndpointsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/monitoring/$endpoint',
    validateSearch: pickSearch('column', 'measure', 'view'),
    component: lazyRouteComponent(() => import('../pages/monitoring/monitoring-page.tsx'), 'MonitoringPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/value',
    validateSearch: pickSearch('model'),
    component: lazyRouteComponent(() => import('../pages/value/value-page.tsx'), 'ValuePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/ledger',
    validateSearch: pickSearch('type', 'model', 'subject', 'ids', 'entry'),
    component: lazyRouteComponent(() => import('../pages/ledger/ledger-page.tsx'), 'LedgerPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/webhooks',
    validateSearch: pickSearch('webhook'),
    component: lazyRouteComponent(() => import('../pages/webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/serving',
    component: lazyRouteComponent(() => import('../pages/serving/serving-page.tsx'), 'ServingPage'),
  }),
];

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  defaultErrorComponent: FailedPage,
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
