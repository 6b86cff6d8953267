import { getActive, getVersion, noSnapshot } from '../infer/placement.ts';
import type { ActiveRoute } from '../routing/route-table.ts';
import type { Doors } from './doors.ts';
import { describeConfig, describeModel } from './model-description.ts';
import type { ModelPath, ServerPath } from './parse-path.ts';

export interface QuestionAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const serverMetadata = {
  name: 'dividend',
  version: '0.1.0',
  extensions: ['model_configuration', 'model_repository'],
};

/** Answers whatever is no request for predictions: health, metadata, metrics. */
export function answerQuestion(doors: Doors, path: ModelPath | ServerPath, inFlight: number): QuestionAnswer {
  switch (path.kind) {
    case 'server':
      return json(200, serverMetadata);
    case 'live':
      return json(200, { live: true });
    case 'ready': {
      const ready = doors.isReady();
      return json(ready ? 200 : 503, { ready });
    }
    case 'metrics':
      return {
        status: 200,
        contentType: 'text/plain; version=0.0.4; charset=utf-8',
        body: doors.writeMetrics(inFlight),
      };
    case 'index':
      return json(200, listModels(doors));
    default:
      return answerAboutModel(doors, path);
  }
}

function answerAboutModel(doors: Doors, path: ModelPath): QuestionAnswer {
  const { routes } = doors;
  const { model, version } = path;
  if (!doors.hasSnapshot()) throw noSnapshot();
  if (path.kind === 'modelReady' && routes.knows(model)) {
    const active = routes.find(model);
    const ready = active !== undefined && isVersionReady(active, version);
    return json(ready ? 200 : 503, { name: model, ready });
  }
  const active = getActive(routes, model);
  if (version !== undefined) getVersion(active, version);
  return json(200, (path.kind === 'config' ? describeConfig : describeModel)(model, active));
}

function isVersionReady(active: ActiveRoute, version: string | undefined): boolean {
  return version === undefined || getVersion(active, version).loaded !== undefined;
}

function listModels({ routes }: Doors) {
  return routes.names().flatMap((name) => {
    const active = routes.find(name);
    if (active === undefined) return [{ name, state: 'LOADING', reason: '' }];
    const { versions } = describeModel(name, active);
    return versions.map((version) => ({ name, version, state: 'READY', reason: '' }));
  });
}

function json(status: number, value: unknown): QuestionAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}
