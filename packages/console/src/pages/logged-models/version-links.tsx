import { Link } from '@tanstack/react-router';
import type { LoggedModel } from './logged-models.ts';

/** The registered versions made from a logged model. */
export function VersionLinks({ versions }: Pick<LoggedModel, 'versions'>) {
  if (versions.length === 0) return <span className="text-faint">–</span>;
  return (
    <ul className="flex flex-wrap gap-1">
      {versions.map(({ model, version }) => (
        <li key={`${model} ${version}`} className="w-max max-w-64">
          <Link
            to="/models/$model/versions/$version"
            params={{ model, version }}
            className="inline-block rounded border border-line bg-raised px-1.5 text-xs wrap-anywhere hover:border-faint"
          >
            {model} version {version}
          </Link>
        </li>
      ))}
    </ul>
  );
}
