/**
 * Where a link of MLflow's own pages leads here: `#/experiments/1/runs/abc`, as the Python client prints it. Undefined for any other
 * fragment.
 */
export function fromMlflowLink(hash: string): string | undefined {
  if (!hash.startsWith('#/')) return undefined;
  const [pathText = '', queryText = ''] = hash.slice(1).split('?', 2);
  const path = pathText.split('/').filter(Boolean);
  const query = new URLSearchParams(queryText);
  const [kind, id] = path;
  if (kind === 'compare-runs') return toCompare(query, {});
  if (kind === 'metric') return toCompare(query, { tab: 'curves', curves: readText(query.get('metric')) });
  if (kind === 'compare-model-versions') return toVersions(query);
  if (kind === 'settings' && id === 'webhooks') return '/webhooks';
  if (kind === 'experiments' && id !== undefined) return toExperiment(id, path.slice(2), query);
  if (kind === 'models' || kind === 'prompts' || kind === 'experiments')
    return `/${path.slice(0, 4).join('/')}`;
  return '/experiments';
}

const runTabs: Readonly<Record<string, string>> = {
  'model-metrics': '?tab=charts',
  'system-metrics': '?tab=system',
  artifacts: '?tab=artifacts',
  artifactPath: '?tab=artifacts',
};

function toExperiment(id: string, [part, partId, tab]: readonly string[], query: URLSearchParams): string {
  const page = `/experiments/${id}`;
  if (part === 'runs' && partId !== undefined) return `${page}/runs/${partId}${runTabs[tab ?? ''] ?? ''}`;
  if (part === 'models') return `${page}/models${partId === undefined ? '' : `/${partId}`}`;
  const traceId = query.get('selectedEvaluationId') ?? query.get('selectedTraceId');
  if (part === 'traces')
    return traceId === null ? `${page}/traces` : `/traces/${encodeURIComponent(traceId)}`;
  if (part === 'evaluation-runs') return toEvaluationRun(page, query.get('selectedRunUuid'));
  if (part === 'judges' || part === 'datasets') return `${page}/evaluation`;
  if (part === 'prompts') return partId === undefined ? '/prompts' : `/prompts/${partId}`;
  if (part === 'chat-sessions') return `${page}/sessions${toSearch({ session: decode(partId ?? '') })}`;
  return page + toSearch({ filter: query.get('searchFilter') ?? '' });
}

function toEvaluationRun(page: string, runId: string | null): string {
  return runId ? `${page}/runs/${encodeURIComponent(runId)}` : page;
}

/** A part of a path; one that was never encoded as it is. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `runs=["a","b"]`, as MLflow writes lists. */
function toCompare(query: URLSearchParams, more: Readonly<Record<string, string>>): string {
  const runs = readJson(query.get('runs'));
  return `/compare${toSearch({ runs: Array.isArray(runs) ? runs.join(',') : '', ...more })}`;
}

/** `name="late"&runs={"<run id>":"1","<run id>":"2"}`: the versions that came from these runs. */
function toVersions(query: URLSearchParams): string {
  const name = readText(query.get('name'));
  if (name === '') return '/models';
  const runs = readJson(query.get('runs'));
  const [from = '', to = ''] = Object.values(typeof runs === 'object' && runs !== null ? runs : {})
    .map(String)
    .sort((one, other) => Number(one) - Number(other));
  // MLflow's pages encode the name before they write it as JSON.
  return `/models/${name.includes('%') ? name : encodeURIComponent(name)}/compare${toSearch({ from, to })}`;
}

function readText(text: string | null): string {
  const value = readJson(text);
  return typeof value === 'string' ? value : '';
}

function readJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

function toSearch(search: Readonly<Record<string, string>>): string {
  const known = Object.entries(search).filter(([, value]) => value !== '');
  return known.length === 0 ? '' : `?${new URLSearchParams(known)}`;
}
