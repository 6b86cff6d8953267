import type { GcJob, GcRequest } from '@dividend/contracts/api';
import type { Ledger } from '../ledger/index.ts';
import type { Domain, Platform } from '../platform/platform.ts';
import { gcRoutes } from './gc-routes.ts';
import { createGcService } from './gc-service.ts';
import { createJobLoop } from './job-loop.ts';

/** Removes for good what was deleted, and content that nothing refers to. */
export interface Gc extends Domain {
  /** @throws {DividendError} GC_RUNNING, GC_ITEM_NOT_DELETED */
  begin(request: GcRequest): Promise<GcJob>;
  /** @throws {DividendError} GC_NOT_FOUND */
  get(gcId: string): Promise<GcJob>;
}

export function createGc(platform: Platform, { ledger }: { ledger: Ledger }): Gc {
  const loop = createJobLoop(platform, ledger);
  const service = createGcService(platform, ledger, loop.wake);
  return {
    begin: service.begin,
    get: service.get,
    routes: (app) => gcRoutes(app, service),
    start: async () => loop.start(),
    stop: loop.stop,
  };
}
