import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { createControlApp } from './app.ts';
import { silentLog } from './platform/log.ts';
import { openDatabase } from './platform/postgres/index.ts';

const base = await createTestPlatform();
const line = await openLine(new URL(base.config.databaseUrl));
const db = openDatabase(line.url, silentLog);
const { http } = createControlApp({ ...base, db }, () => '');
await http.ready();
after(async () => {
  await db.destroy();
  line.cut();
});

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const call = (method: Method, url: string, payload?: object) =>
  http.inject({
    method,
    url,
    headers: { authorization: `Bearer ${base.config.servingToken}` },
    ...(payload ? { payload } : {}),
  });

/** They tell what needs no database. */
const withoutDatabase = [
  '/version',
  '/api/openapi.json',
  '/api/v1/spec-schema',
  '/api/v1/value/published-example',
];
const named = /The database cannot be reached/;

test('every route says that the database is down, and none fails by itself', async () => {
  line.cut();
  const routes = listRoutes();
  assert.ok(routes.length > 200, `only ${routes.length} routes were found`);
  let unavailable = 0;
  for (const { method, path } of routes) {
    if (withoutDatabase.includes(path) || path.endsWith('/server-info')) continue;
    const url = path.replaceAll(/:\w+/g, 'x').replace('*', '/x/y');
    const { statusCode, body } = await call(method, url, method === 'GET' ? undefined : {});
    // It is told to everybody that it is not implemented, or that nothing is there.
    if (body.includes('"NOT_IMPLEMENTED"') || path.endsWith('/scorers/online-configs')) continue;
    if (statusCode === 503) {
      unavailable++;
      assert.match(body, named, `${method} ${path}`);
    } else {
      // What is asked for was not understood, which is told before the database is asked.
      assert.ok(
        statusCode >= 400 && statusCode < 500,
        `${method} ${path} answers ${statusCode}: ${body.slice(0, 500)}`,
      );
    }
  }
  assert.ok(unavailable > 50, `only ${unavailable} routes asked the database`);
});

test('requests that would be served answer 503 while the database is down, and are served when it is back', async () => {
  const requests: [Method, string, object?][] = [
    ['GET', '/health'],
    ['GET', '/api/v1/overview'],
    ['GET', '/api/v1/ledger/entries'],
    ['POST', '/api/2.0/mlflow/runs/create', { experiment_id: '0' }],
    ['POST', '/api/2.0/mlflow/runs/search', { experiment_ids: ['0'] }],
    ['POST', '/api/2.0/mlflow/registered-models/create', { name: 'made-once' }],
    ['POST', '/internal/v1/telemetry', { processId: 'p', chunkId: 'c', groups: [], rows: [] }],
  ];
  line.cut();
  for (const [method, url, payload] of requests) {
    const { statusCode, body } = await call(method, url, payload);
    assert.deepEqual([statusCode, named.test(body)], [503, true], `${method} ${url}: ${body}`);
  }
  await line.mend();
  await eventually('the database is back', async () => (await call('GET', '/health')).statusCode === 200);
  for (const [method, url, payload] of requests) {
    const { statusCode, body } = await call(method, url, payload);
    assert.equal(statusCode, 200, `${method} ${url}: ${body}`);
  }
});

/** All routes, of the tree that Fastify prints: four columns of indent a level. */
function listRoutes(): { method: Method; path: string }[] {
  const parts: string[] = [];
  return http
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((text) => {
      const [, indent = '', part = '', found = ''] = /^([│ ]*)[├└]── (\S*) ?(?:\((.*)\))?$/.exec(text) ?? [];
      parts.length = indent.length / 4;
      parts.push(part);
      const path = parts.join('');
      return found
        .split(', ')
        .filter((method) => methods.includes(method))
        .map((method) => ({ method: method as Method, path }));
    });
}

/** A way to the database that can be cut and mended. */
async function openLine(target: URL) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  const listen = (port: number) => once(server.listen(port, '127.0.0.1'), 'listening');
  await listen(0);
  const { port } = server.address() as { port: number };
  const url = new URL(target);
  url.port = String(port);
  return {
    url: url.href,
    cut: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
    mend: () => listen(port),
  };
}
