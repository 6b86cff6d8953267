import { Link } from '@tanstack/react-router';

/** Prompts are registered models too, with pages of their own. */
export type RegistryKind = 'model' | 'prompt';

const look = 'font-medium whitespace-nowrap text-accent hover:underline';

export function VersionLink({
  name,
  version,
  kind = 'model',
}: {
  name: string;
  version: string;
  kind?: RegistryKind;
}) {
  return kind === 'prompt' ? (
    <Link to="/prompts/$prompt" params={{ prompt: name }} search={{ version }} className={look}>
      version {version}
    </Link>
  ) : (
    <Link to="/models/$model/versions/$version" params={{ model: name, version }} className={look}>
      version {version}
    </Link>
  );
}
