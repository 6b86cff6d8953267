interface OfModel<Kind extends string> {
  readonly kind: Kind;
  readonly model: string;
  readonly version: string | undefined;
}

export type InferPath = OfModel<'infer'>;
export type ModelPath = OfModel<'model' | 'modelReady' | 'config'>;
export type ServerPath = { readonly kind: 'server' | 'live' | 'ready' | 'metrics' | 'index' };
export type ParsedPath = InferPath | ModelPath | ServerPath;

const fixed: Readonly<Record<string, ServerPath['kind']>> = {
  '/v2': 'server',
  '/v2/health/live': 'live',
  '/v2/health/ready': 'ready',
  '/metrics': 'metrics',
  '/v2/repository/index': 'index',
};

const ofModel = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|config|infer))?$/;
const kinds = { ready: 'modelReady', config: 'config', infer: 'infer' } as const;

/** What an address asks for; undefined where there is nothing. A slash at the end and a query change nothing. */
export function parsePath(url: string): ParsedPath | undefined {
  const query = url.indexOf('?');
  const given = query === -1 ? url : url.slice(0, query);
  const path = given.length > 1 && given.endsWith('/') ? given.slice(0, -1) : given;
  if (Object.hasOwn(fixed, path)) return { kind: fixed[path] as ServerPath['kind'] };
  const match = ofModel.exec(path);
  if (match === null) return undefined;
  const model = decode(match[1] as string);
  const version = match[2] === undefined ? undefined : decode(match[2]);
  if (model === undefined || (match[2] !== undefined && version === undefined)) return undefined;
  const action = match[3] as keyof typeof kinds | undefined;
  const kind = action === undefined ? 'model' : kinds[action];
  return kind === 'infer' ? { kind, model, version } : { kind, model, version };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
