import type { RegisteredModel, RegisteredVersion } from '../../live/registry.ts';
import { When } from '../../ui/small-parts.tsx';

/** The versions of a prompt to choose from, newest first. */
export function PromptVersions({
  prompt,
  versions,
  selected,
  onSelect,
}: {
  prompt: RegisteredModel;
  versions: readonly RegisteredVersion[];
  selected: string | undefined;
  onSelect: (version: string) => void;
}) {
  return (
    <ol aria-label="Versions, newest first" className="max-h-[70vh] overflow-y-auto">
      {versions.map(({ version, description, createdAt, createdBy }) => (
        <li key={version} className="border-b border-line last:border-0">
          <button
            type="button"
            aria-pressed={version === selected}
            onClick={() => onSelect(version)}
            className={`flex w-full cursor-pointer flex-col gap-0.5 px-4 py-2 text-left hover:bg-raised ${version === selected ? 'bg-accent-soft/40' : ''}`}
          >
            <span className="flex flex-wrap items-center gap-1.5">
              <span className="font-medium">Version {version}</span>
              {prompt.aliases
                .filter((each) => each.version === version)
                .map(({ alias }) => (
                  <span key={alias} className="rounded-full bg-accent-soft px-2 text-xs text-accent">
                    {alias}
                  </span>
                ))}
            </span>
            {description !== '' && <span className="wrap-anywhere text-muted">{description}</span>}
            <span className="text-xs text-faint">
              <When at={createdAt} />
              {createdBy !== null && ` by ${createdBy}`}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
