import {
  pageOf,
  SessionQuery,
  SessionRow,
  SpanDetail,
  SpanSearchQuery,
  SpanSearchResult,
  SpanTree,
  TraceDetail,
  TraceQuery,
  TraceRow,
} from '@dividend/contracts/api';
import { Type } from 'typebox';
import type { App } from '../../../platform/http/index.ts';
import type { Db } from '../../../platform/postgres/index.ts';
import type { ExperimentService } from '../../experiments/experiment-service.ts';
import { listSessionRows } from './session-rows-read-model.ts';
import { findSpans, getSpanDetail } from './span-detail-read-model.ts';
import { getSpanTree } from './span-tree-read-model.ts';
import { getTraceDetail } from './trace-detail-read-model.ts';
import { listTraceRows } from './trace-rows-read-model.ts';

const ofTrace = Type.Object({ traceId: Type.String() });
const ofSpan = Type.Object({ traceId: Type.String(), spanId: Type.String() });

/** Traces as screens read them; they are changed through MLflow's routes. */
export function tracePageRoutes(app: App, db: Db, experiments: ExperimentService): void {
  app.get(
    '/api/v1/experiments/:experimentId/traces',
    {
      schema: {
        summary: 'List traces of an experiment with their assessments',
        params: Type.Object({ experimentId: Type.String() }),
        querystring: TraceQuery,
        response: { 200: pageOf(TraceRow) },
      },
    },
    async ({ params, query }) => {
      const { experimentId } = await experiments.get(params.experimentId);
      const { rows, nextPageToken } = await listTraceRows(db, experimentId, query);
      return { items: rows, ...(nextPageToken === undefined ? {} : { next: nextPageToken }) };
    },
  );
  app.get(
    '/api/v1/experiments/:experimentId/sessions',
    {
      schema: {
        summary: 'List the sessions that traces of an experiment belong to, the last active first',
        params: Type.Object({ experimentId: Type.String() }),
        querystring: SessionQuery,
        response: { 200: pageOf(SessionRow) },
      },
    },
    async ({ params, query }) => {
      const { experimentId } = await experiments.get(params.experimentId);
      const { rows, nextPageToken } = await listSessionRows(db, experimentId, query);
      return { items: rows, ...(nextPageToken === undefined ? {} : { next: nextPageToken }) };
    },
  );
  app.get(
    '/api/v1/traces/:traceId',
    {
      schema: {
        summary: 'A trace with its assessments, without its spans',
        params: ofTrace,
        response: { 200: TraceDetail },
      },
    },
    ({ params }) => getTraceDetail(db, params.traceId),
  );
  app.get(
    '/api/v1/traces/:traceId/spans',
    {
      schema: {
        summary: 'The tree of the spans of a trace, without their contents',
        params: ofTrace,
        response: { 200: SpanTree },
      },
    },
    ({ params }) => getSpanTree(db, params.traceId),
  );
  app.get(
    '/api/v1/traces/:traceId/found-spans',
    {
      schema: {
        summary: 'Find the spans of a trace that hold a text',
        params: ofTrace,
        querystring: SpanSearchQuery,
        response: { 200: SpanSearchResult },
      },
    },
    async ({ params, query }) => ({ spanIds: await findSpans(db, params.traceId, query.text) }),
  );
  app.get(
    '/api/v1/traces/:traceId/spans/:spanId',
    {
      schema: { summary: 'One span with all it holds', params: ofSpan, response: { 200: SpanDetail } },
    },
    ({ params }) => getSpanDetail(db, params.traceId, params.spanId),
  );
}
