import { refusedParameter } from '../tracking/index.ts';

const actions = {
  registered_model: ['created'],
  model_version: ['created'],
  model_version_tag: ['set', 'deleted'],
  model_version_alias: ['created', 'deleted'],
  prompt: ['created'],
  prompt_version: ['created'],
  prompt_tag: ['set', 'deleted'],
  prompt_version_tag: ['set', 'deleted'],
  prompt_alias: ['created', 'deleted'],
} as const;

/** What a webhook can be told: `registered_model.created`. */
export type WebhookEvent = {
  [Entity in keyof typeof actions]: `${Entity}.${(typeof actions)[Entity][number]}`;
}[keyof typeof actions];

export interface WireEvent {
  readonly entity: string;
  readonly action: string;
}

/** @throws {DividendError} PARAMETER_INVALID */
export function parseEvent({ entity, action }: WireEvent, path: string): WebhookEvent {
  const [kind, deed] = [entity.toLowerCase(), action.toLowerCase()];
  const known: readonly string[] | undefined = Object.hasOwn(actions, kind)
    ? actions[kind as keyof typeof actions]
    : undefined;
  if (known?.includes(deed)) return `${kind}.${deed}` as WebhookEvent;
  throw refusedParameter(
    path,
    known === undefined
      ? `Invalid entity '${entity.slice(0, 100)}'. Valid entities are: ${Object.keys(actions).join(', ')}`
      : `Invalid action '${action.slice(0, 100)}' for entity '${kind}'. Valid actions are: ${known.join(', ')}`,
  );
}

export function toWireEvent(event: string): WireEvent {
  const [entity = '', action = ''] = event.toUpperCase().split('.');
  return { entity, action };
}

/** What a test sends: the fields that the event has, with values that name themselves. */
export function examplePayload(event: WebhookEvent): Record<string, unknown> {
  const [entity, action] = event.split('.') as [string, string];
  const name = entity.startsWith('prompt') ? 'example_prompt' : 'example_model';
  const version = { version: '1' };
  const tag = { key: 'example_key', ...(action === 'set' ? { value: 'example_value' } : {}) };
  if (entity.endsWith('_alias'))
    return { name, alias: 'example_alias', ...(action === 'created' ? version : {}) };
  if (entity.endsWith('version_tag')) return { name, ...version, ...tag };
  if (entity.endsWith('_tag')) return { name, ...tag };
  const described = { tags: { example_key: 'example_value' }, description: 'An example' };
  if (entity === 'model_version')
    return { name, ...version, source: 'models:/123', run_id: 'abcd1234abcd5678', ...described };
  if (entity === 'prompt_version') return { name, ...version, template: 'Hello {{name}}!', ...described };
  return { name, ...described };
}
