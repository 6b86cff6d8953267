import { PromptUses, PromptUsesQuery } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { readPromptUses } from '../tracking/index.ts';
import { getModel } from './model-store.ts';
import { checkModelName } from './registry-checks.ts';
import { getModelVersion } from './version-store.ts';

const usualUses = 20;

/** Who uses a prompt, as screens read it. */
export function promptUsesRoutes(app: App, { db }: Platform): void {
  app.get(
    '/api/v1/prompts/:prompt/versions/:version/uses',
    {
      schema: {
        summary: 'The runs and traces that a version of a prompt was linked to',
        params: Type.Object({ prompt: Type.String(), version: Type.String({ pattern: '^[0-9]{1,9}$' }) }),
        querystring: PromptUsesQuery,
        response: { 200: PromptUses },
      },
    },
    async ({ params: { prompt, version }, query }) => {
      const { isPrompt } = await getModel(db, checkModelName(prompt, 'prompt'));
      if (!isPrompt)
        throw new DividendError('MODEL_NOT_FOUND', 'not_found', `'${prompt}' is a model and no prompt`, {
          field: 'prompt',
        });
      const found = await getModelVersion(db, prompt, version);
      return readPromptUses(db, prompt, found.version, query.limit ?? usualUses);
    },
  );
}
