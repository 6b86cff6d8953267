import { after } from 'node:test';
import { createHttpApp } from '@dividend/server/platform/http/index';
import type { Domain, Platform } from '@dividend/server/platform/platform';

/** Serves the routes of some domains on a free port of loopback, until the file's tests end; its base URL. */
export async function startTestServer(platform: Platform, domains: readonly Domain[]): Promise<string> {
  const app = createHttpApp(platform.log);
  for (const domain of domains) domain.routes?.(app);
  for (const domain of domains) await domain.start?.();
  after(async () => {
    app.server.closeAllConnections();
    await app.close();
    for (const domain of [...domains].reverse()) await domain.stop?.();
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
}
