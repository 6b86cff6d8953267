import {
  Analysis,
  ApprovalRequest,
  PageQuery,
  pageOf,
  ReleaseRequest,
  RollbackRequest,
  Rollout,
} from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { Rollouts } from './rollouts.ts';

const RolloutParams = Type.Object({ id: Type.String({ pattern: '^rol_[0-9a-z]{26}$' }) });
const EndpointParams = Type.Object({ endpoint: Type.String({ minLength: 1, maxLength: 256 }) });
const Started = Type.Object({ rolloutId: Type.String() });

export function rolloutRoutes(app: App, rollouts: Rollouts): void {
  app.post(
    '/api/v1/rollouts',
    { schema: { summary: 'Start a rollout of a version', body: ReleaseRequest, response: { 202: Started } } },
    async (request, reply) => {
      const started = await rollouts.begin({ ...request.body, trigger: 'human' });
      return reply.status(202).send(started);
    },
  );

  app.get(
    '/api/v1/rollouts',
    {
      schema: {
        summary: 'List rollouts, newest first',
        querystring: Type.Intersect([PageQuery, Type.Object({ model: Type.Optional(Type.String()) })]),
        response: { 200: pageOf(Rollout) },
      },
    },
    async ({ query }) =>
      rollouts.page({ model: query.model, cursor: parseCursor(query.cursor), limit: query.limit }),
  );

  app.get(
    '/api/v1/rollouts/:id',
    {
      schema: {
        summary: 'A rollout with its checks and steps',
        params: RolloutParams,
        response: { 200: Rollout },
      },
    },
    async (request) => rollouts.get(request.params.id),
  );

  app.get(
    '/api/v1/rollouts/:id/analyses',
    {
      schema: {
        summary: 'List the analyses of a rollout, newest first',
        params: RolloutParams,
        querystring: PageQuery,
        response: { 200: pageOf(Analysis) },
      },
    },
    async ({ params, query }) =>
      rollouts.analyses(params.id, { cursor: parseCursor(query.cursor), limit: query.limit }),
  );

  app.post(
    '/api/v1/rollouts/:id/approval',
    {
      schema: {
        summary: 'Approve or refuse a rollout that waits for it',
        params: RolloutParams,
        body: ApprovalRequest,
        response: { 200: Rollout },
      },
    },
    async (request) => rollouts.approve(request.params.id, request.body),
  );

  app.post(
    '/api/v1/rollouts/:id/rollback',
    {
      schema: {
        summary: 'Roll a rollout back',
        params: RolloutParams,
        body: RollbackRequest,
        response: { 200: Rollout },
      },
    },
    async (request) => rollouts.rollBack(request.params.id, { reason: request.body.reason, by: 'person' }),
  );

  app.post(
    '/api/v1/endpoints/:endpoint/rollback',
    {
      schema: {
        summary: 'Roll an endpoint back to the release before',
        params: EndpointParams,
        body: RollbackRequest,
        response: { 202: Started },
      },
    },
    async (request, reply) => {
      const back = await rollouts.rollBackEndpoint(request.params.endpoint, request.body.reason);
      return reply.status(202).send(back);
    },
  );
}

function parseCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^[0-9]{1,15}$/.test(cursor)) return Number(cursor);
  throw new DividendError(
    'CURSOR_INVALID',
    'invalid_argument',
    `Cursor '${cursor}' was not given by this list`,
    {
      field: 'cursor',
    },
  );
}
