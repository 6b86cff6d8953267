import type { Ledger } from '../ledger/index.ts';
import type { Domain, Platform } from '../platform/platform.ts';
import { type MlflowRoute, mountMlflowRoutes } from '../tracking/index.ts';
import { createDeliverLoop } from './deliver-loop.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { sweepDeliveries } from './delivery-store.ts';
import { createSecretBox } from './secret-box.ts';
import { webhookRoutes } from './webhook-routes.ts';
import { createWebhookService } from './webhook-service.ts';

export { enqueueEvent } from './delivery-store.ts';

/** Tells other systems what changes in the registry: events are enqueued by whoever changes it, and delivered here. */
export interface Webhooks extends Domain {
  readonly mlflowRoutes: readonly MlflowRoute[];
}

export function createWebhooks(platform: Platform, { ledger }: { ledger: Ledger }): Webhooks {
  const secrets = createSecretBox(platform.config.home);
  const webhooks = createWebhookService(platform, { ledger, secrets });
  const mlflowRoutes = webhookRoutes(webhooks);
  const loop = createDeliverLoop(platform, secrets);
  return {
    mlflowRoutes,
    routes: (app) => {
      mountMlflowRoutes(app, platform.log, mlflowRoutes);
      deliveryRoutes(app, platform, webhooks);
    },
    start: async () => loop.start(),
    stop: loop.stop,
    sweep: (before) => sweepDeliveries(platform.db, before),
  };
}
