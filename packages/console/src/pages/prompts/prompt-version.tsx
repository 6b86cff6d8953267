import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { RegisteredModel, RegisteredVersion } from '../../live/registry.ts';
import { Command } from '../../ui/small-parts.tsx';
import { AliasChip } from '../models/alias-chip.tsx';
import { RemoveAliasDialog, SetAliasDialog } from '../models/alias-dialogs.tsx';
import { listVariables, readTemplate } from './prompt-template.ts';
import { TemplateView } from './template-view.tsx';

/** One version of a prompt: what it says, its aliases, how code loads it. */
export function PromptVersion({ prompt, version }: { prompt: RegisteredModel; version: RegisteredVersion }) {
  const template = readTemplate(version);
  const variables = listVariables(template);
  const aliases = prompt.aliases.filter((each) => each.version === version.version);
  const [asked, setAsked] = useState<{ readonly remove?: string }>();
  const place = aliases[0] ? `@${aliases[0].alias}` : `/${version.version}`;
  const close = () => setAsked(undefined);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 className="text-base font-semibold">Version {version.version}</h2>
        <span className="flex flex-wrap items-center gap-1">
          {aliases.map(({ alias }) => (
            <AliasChip
              key={alias}
              model={prompt.name}
              kind="prompt"
              alias={alias}
              version={version.version}
              isVersionShown={false}
              onRemove={() => setAsked({ remove: alias })}
            />
          ))}
          <button
            type="button"
            aria-label={`Set an alias to version ${version.version}`}
            onClick={() => setAsked({})}
            className="inline-flex cursor-pointer items-center gap-1 rounded-full border border-line px-2 text-xs text-faint hover:border-faint hover:text-ink"
          >
            <Plus size={11} aria-hidden /> alias
          </button>
        </span>
        <span className="text-muted">
          {variables.length === 0 ? 'nothing to fill in' : `to fill in: ${variables.join(', ')}`}
        </span>
      </div>
      <Command
        isCode
        text={`mlflow.genai.load_prompt(${JSON.stringify(`prompts:/${prompt.name}${place}`)})`}
      />
      <TemplateView template={template} />
      {asked !== undefined &&
        (asked.remove === undefined ? (
          <SetAliasDialog model={prompt} version={version.version} protectedAliases={[]} onClose={close} />
        ) : (
          <RemoveAliasDialog
            model={prompt.name}
            alias={asked.remove}
            version={version.version}
            onClose={close}
          />
        ))}
    </div>
  );
}
