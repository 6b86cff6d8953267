import type { WebhookEvent } from '../../live/webhooks.ts';

/** All that a webhook can be told, by what it is about. */
export const eventGroups: readonly {
  readonly title: string;
  readonly events: readonly { readonly event: WebhookEvent; readonly label: string }[];
}[] = [
  {
    title: 'Models',
    events: [
      { event: 'registered_model.created', label: 'model registered' },
      { event: 'model_version.created', label: 'version made' },
      { event: 'model_version_alias.created', label: 'alias set' },
      { event: 'model_version_alias.deleted', label: 'alias taken away' },
      { event: 'model_version_tag.set', label: 'tag of a version set' },
      { event: 'model_version_tag.deleted', label: 'tag of a version removed' },
    ],
  },
  {
    title: 'Prompts',
    events: [
      { event: 'prompt.created', label: 'prompt registered' },
      { event: 'prompt_version.created', label: 'version made' },
      { event: 'prompt_alias.created', label: 'alias set' },
      { event: 'prompt_alias.deleted', label: 'alias taken away' },
      { event: 'prompt_tag.set', label: 'tag set' },
      { event: 'prompt_tag.deleted', label: 'tag removed' },
      { event: 'prompt_version_tag.set', label: 'tag of a version set' },
      { event: 'prompt_version_tag.deleted', label: 'tag of a version removed' },
    ],
  },
];
