import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { type RegisteredModel, type RegisteredVersion, useVersion } from '../../live/registry.ts';
import { Answer } from '../../ui/answer.tsx';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { Command } from '../../ui/small-parts.tsx';
import { AliasChip } from '../models/alias-chip.tsx';
import { RemoveAliasDialog, SetAliasDialog } from '../models/alias-dialogs.tsx';
import { PromptForm } from './prompt-form.tsx';
import { listVariables, readTemplate } from './prompt-template.ts';
import { PromptUsesCard } from './prompt-uses-card.tsx';
import { TemplateDiff } from './template-diff.tsx';
import { TemplateView } from './template-view.tsx';

/** One version of a prompt: what it says, its aliases, how code loads it. */
export function PromptVersion({
  prompt,
  version,
  others,
  base,
  isInline,
  onChoose,
}: {
  prompt: RegisteredModel;
  version: RegisteredVersion;
  /** Versions to compare it with. */
  others: readonly string[];
  base: string | undefined;
  isInline: boolean;
  onChoose: (change: { base?: string; layout?: string }) => void;
}) {
  const baseQuery = useVersion(prompt.name, base ?? '', base !== undefined);
  const [isEdited, setEdited] = useState(false);
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
        <span className="ml-auto flex flex-wrap items-center gap-2">
          <Select
            label="Compare with"
            value={base ?? ''}
            options={[
              { value: '', label: 'compare with …' },
              ...[...new Set([...others, ...(base === undefined ? [] : [base])])]
                .filter((other) => other !== version.version)
                .map((other) => ({ value: other, label: `version ${other}` })),
            ]}
            onChange={(next) => onChoose({ base: next })}
          />
          <Button onClick={() => setEdited(true)}>
            <Pencil size={13} aria-hidden /> Edit as a new version
          </Button>
        </span>
      </div>
      <Command
        isCode
        text={`mlflow.genai.load_prompt(${JSON.stringify(`prompts:/${prompt.name}${place}`)})`}
      />
      {base === undefined || base === version.version ? (
        <TemplateView template={template} />
      ) : (
        <Answer query={baseQuery}>
          {(found) => (
            <TemplateDiff
              base={found}
              version={version}
              isInline={isInline}
              onLayout={(layout) => onChoose({ layout })}
            />
          )}
        </Answer>
      )}
      <PromptUsesCard prompt={prompt.name} version={version.version} />
      {isEdited && <PromptForm name={prompt.name} base={version} onClose={() => setEdited(false)} />}
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
