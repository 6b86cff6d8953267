import { Link } from '@tanstack/react-router';

export function PromptAlias({ prompt, alias, version }: { prompt: string; alias: string; version: string }) {
  return (
    <Link
      to="/prompts/$prompt"
      params={{ prompt }}
      search={{ version }}
      className="truncate rounded-full bg-accent-soft px-2 text-xs text-accent hover:underline"
    >
      {alias}: {version}
    </Link>
  );
}
