import type { Ledger } from '../ledger/index.ts';
import type { Domain, Platform } from '../platform/platform.ts';
import { specRoutes } from './spec-routes.ts';
import { createSpecService, type SpecService } from './spec-service.ts';

export { paramsReadBySql } from './check-param-use.ts';
export { suggest } from './spec-problem.ts';
export { inputsOf, needsOf, outputsOf, resolveReference } from './step-outputs.ts';

export interface Specs extends Domain, SpecService {}

export function createSpecs(platform: Platform, { ledger }: { ledger: Pick<Ledger, 'append'> }): Specs {
  const service = createSpecService(platform, ledger);
  return { ...service, routes: (app) => specRoutes(app, service) };
}
