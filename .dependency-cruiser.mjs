/** Import rules of the house. No exceptions list: a rule that needs one is changed here, with its reason. */

const packageOrder = {
  core: [],
  contracts: ['core'],
  sdk: ['core', 'contracts'],
  server: ['core', 'contracts'],
  serving: ['core', 'contracts'],
  cli: ['core', 'contracts', 'sdk'],
  console: ['core', 'contracts', 'sdk'],
};

const domains = [
  'access',
  'ledger',
  'artifacts',
  'specs',
  'tracking',
  'webhooks',
  'registry',
  'imports',
  'releases',
  'routing',
  'monitoring',
  'incidents',
  'rollouts',
  'pipelines',
  'triggers',
  'value',
  'gc',
  'overview',
];

const test = '\\.test\\.ts$|/fixtures/';

const packageRules = Object.entries(packageOrder).map(([name, allowed]) => ({
  name: `package-${name}`,
  severity: 'error',
  comment: `${name} may import only ${allowed.join(', ') || 'nothing of ours'}`,
  from: { path: `^packages/${name}/`, pathNot: test },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}));

const domainOrderRules = domains.map((name, index) => ({
  name: `server-order-${name}`,
  severity: 'error',
  comment: `server/${name} may import only domains below it`,
  from: { path: `^packages/server/src/${name}/`, pathNot: test },
  to: { path: `^packages/server/src/(${domains.slice(index + 1).join('|') || 'none'})/` },
}));

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...packageRules,
    ...domainOrderRules,
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'core has no IO: no node: modules',
      from: { path: '^packages/core/', pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'platform-knows-no-domain',
      severity: 'error',
      from: { path: '^packages/server/src/platform/', pathNot: test },
      to: { path: `^packages/server/src/(${domains.join('|')})/` },
    },
    {
      name: 'domain-by-index',
      severity: 'error',
      comment: 'a domain reaches another through its index.ts',
      from: { path: '^packages/server/src/([^/]+)/', pathNot: test },
      to: {
        path: `^packages/server/src/(${domains.join('|')})/`,
        pathNot: ['^packages/server/src/$1/', '/index\\.ts$'],
      },
    },
    {
      name: 'core-by-index',
      severity: 'error',
      from: { path: '^packages/core/src/([^/]+)/', pathNot: test },
      to: { path: '^packages/core/src/', pathNot: ['^packages/core/src/$1/', '/index\\.ts$'] },
    },
    {
      name: 'testkit-from-tests',
      severity: 'error',
      from: { pathNot: ['\\.test\\.ts$', '^packages/testkit/', '^scripts/', '/fixtures/'] },
      to: { path: '^packages/testkit/' },
    },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/dist/', '^packages/console/vite.config.ts'] },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
