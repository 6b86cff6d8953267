import { Trigger } from '@dividend/contracts/api';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { Domain, Platform } from '../platform/platform.ts';
import { evaluateTriggers } from './evaluate-triggers.ts';
import { createTriggerLoop } from './trigger-loop.ts';
import { readTriggers } from './trigger-read-model.ts';
import type { TriggerServices } from './trigger-services.ts';

export type { TriggerServices } from './trigger-services.ts';

/** What the spec wants done when monitoring finds something: retrain, roll back, or open an incident. */
export interface Triggers extends Domain {
  /** One evaluation of all endpoints, as the loop makes them. Safe to call at any time; acts at most once. */
  evaluate(): Promise<void>;
  list(model?: string): Promise<Trigger[]>;
}

export function createTriggers(platform: Platform, services: TriggerServices): Triggers {
  const loop = createTriggerLoop(platform, services);
  const triggers: Triggers = {
    routes: (app) => triggerRoutes(app, triggers),
    start: async () => loop.start(),
    stop: () => loop.stop(),
    evaluate: () => evaluateTriggers(platform, services),
    list: (model) => readTriggers(platform, services, model),
  };
  return triggers;
}

function triggerRoutes(app: App, triggers: Triggers): void {
  app.get(
    '/api/v1/triggers',
    {
      schema: {
        summary: 'List triggers and when they fired',
        querystring: Type.Object({ model: Type.Optional(Type.String({ maxLength: 256 })) }),
        response: { 200: Type.Object({ items: Type.Array(Trigger) }) },
      },
    },
    async (request) => ({ items: await triggers.list(request.query.model) }),
  );
}
