import { Link } from '@tanstack/react-router';
import { shortId } from '../../ui/format.ts';
import type { LoggedModel } from './logged-models.ts';

/** A logged model by its name. */
export function LoggedModelLink({ model: { experimentId, modelId, name } }: { model: LoggedModel }) {
  return (
    <Link
      to="/experiments/$experimentId/models/$modelId"
      params={{ experimentId, modelId }}
      title={modelId}
      className="text-accent hover:underline"
    >
      {name || shortId(modelId)}
    </Link>
  );
}
