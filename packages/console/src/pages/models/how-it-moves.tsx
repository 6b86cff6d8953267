import { Link } from '@tanstack/react-router';
import { Command } from '../../ui/small-parts.tsx';

/** Why nobody sets this alias by hand, and what moves it. */
export function HowItMoves({ model, alias, version }: { model: string; alias: string; version?: string }) {
  return (
    <div className="flex flex-col items-start gap-2 text-muted">
      <p>
        The spec of {model} protects <b className="font-medium text-ink">{alias}</b>: releases only move it,
        when a <RolloutsLink model={model} /> has been promoted or rolled back. To move it, release a version
        through its gates:
      </p>
      <Command text={`dividend release ${quote(model)} --version ${version ?? '<number>'}`} />
    </div>
  );
}

function RolloutsLink({ model }: { model: string }) {
  return (
    <Link to="/rollouts" search={{ model }} className="text-accent hover:underline">
      rollout
    </Link>
  );
}

/** As a shell reads it, whatever a name holds. */
export function quote(text: string): string {
  return /^[\w.@%+=:,/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
