import { X } from 'lucide-react';
import { useUsualKeys } from '../../live/usual-keys.ts';
import { Select } from '../../ui/select.tsx';
import { titleOf } from './run-columns.ts';

const mostGroupings = 3;

/** By which params, tags or attributes runs are put together, one inside the other. */
export function GroupSelect({
  experimentId,
  group,
  onChange,
}: {
  experimentId: string;
  group: readonly string[];
  onChange: (group: readonly string[]) => void;
}) {
  const { data } = useUsualKeys(experimentId);
  const names = [
    ...(data?.keys ?? []).filter(({ kind }) => kind === 'params').map(({ key }) => `params.${key}`),
    'attributes.status',
    'attributes.user_id',
    ...(data?.keys ?? []).filter(({ kind }) => kind === 'tags').map(({ key }) => `tags.${key}`),
  ].filter((name) => !group.includes(name));
  return (
    <span className="flex flex-wrap items-center gap-1">
      {group.map((name) => (
        <span
          key={name}
          className="inline-flex items-center gap-1 rounded-md border border-accent/40 bg-accent-soft py-1 pr-1 pl-2.5"
        >
          {titleOf(name)}
          <button
            type="button"
            aria-label={`Group no longer by ${name}`}
            onClick={() => onChange(group.filter((each) => each !== name))}
            className="cursor-pointer rounded p-0.5 text-muted hover:text-ink"
          >
            <X size={13} aria-hidden />
          </button>
        </span>
      ))}
      {group.length < mostGroupings && (
        <Select
          label="Group by"
          value=""
          options={[
            { value: '', label: group.length === 0 ? 'Group by' : 'then by' },
            ...names.map((name) => ({ value: name, label: titleOf(name) })),
          ]}
          onChange={(name) => name !== '' && onChange([...group, name])}
        />
      )}
    </span>
  );
}
