import type { Domain, Platform } from '../platform/platform.ts';
import { importRoutes } from './import-routes.ts';
import { createImportService, type ImportDomains } from './import-service.ts';

/** Takes over what other servers hold: records in bulk, files, and the proof that all of it came. */
export function createImports(platform: Platform, domains: ImportDomains): Domain {
  const imports = createImportService(platform, domains);
  return { routes: (app) => importRoutes(app, imports) };
}
