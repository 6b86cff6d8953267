import { Link } from '@tanstack/react-router';
import { Lock, X } from 'lucide-react';
import type { RegistryKind } from './version-link.tsx';

/** An alias, the version behind it, and a way to take it away where that may be. */
export function AliasChip({
  model,
  alias,
  version,
  kind = 'model',
  isVersionShown = true,
  isProtected = false,
  onRemove,
}: {
  model: string;
  alias: string;
  version: string;
  kind?: RegistryKind;
  isVersionShown?: boolean;
  /** Releases only move it. */
  isProtected?: boolean;
  onRemove?: () => void;
}) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-full bg-accent-soft px-2 text-xs text-accent">
      {isProtected && (
        <span title={`Only releases move '${alias}'`} className="shrink-0">
          <Lock size={11} aria-label="moved by releases only" />
        </span>
      )}
      <Link
        {...(kind === 'prompt'
          ? { to: '/prompts/$prompt', params: { prompt: model } }
          : { to: '/models/$model', params: { model } })}
        search={{ tab: 'aliases', alias }}
        title={`When '${alias}' was which version`}
        className="truncate hover:underline"
      >
        {alias}
        {isVersionShown && `: ${version}`}
      </Link>
      {onRemove && !isProtected && (
        <button
          type="button"
          aria-label={`Take alias ${alias} from version ${version}`}
          onClick={onRemove}
          className="shrink-0 cursor-pointer rounded-full hover:text-ink"
        >
          <X size={11} aria-hidden />
        </button>
      )}
    </span>
  );
}
