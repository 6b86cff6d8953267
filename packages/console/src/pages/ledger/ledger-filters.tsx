import { X } from 'lucide-react';
import { ModelFilter } from '../../ui/model-filter.tsx';
import { Select } from '../../ui/select.tsx';

interface LedgerFilter {
  readonly type?: string;
  readonly model?: string;
  readonly subject?: string;
  readonly ids?: string;
}

const families = [
  'alias',
  'approval',
  'artifact',
  'baseline',
  'data',
  'drift',
  'experiment',
  'gate',
  'incident',
  'labels',
  'model',
  'performance',
  'pipeline',
  'predictions',
  'release',
  'rollout',
  'run',
  'spec',
  'step',
  'trigger',
  'version',
];

export function LedgerFilters({
  filter: { type, model, subject, ids },
  onChange,
}: {
  filter: LedgerFilter;
  /** Only what changes; '' takes a filter off. */
  onChange: (change: LedgerFilter) => void;
}) {
  const chosen = type === undefined || families.includes(type.replace(/\.$/, '')) ? [] : [type];
  return (
    <span className="flex flex-wrap items-center gap-2">
      {ids !== undefined && (
        <Chip
          label={`the ${ids.split(',').length} behind one figure`}
          onRemove={() => onChange({ ids: '' })}
        />
      )}
      {subject !== undefined && <Chip label={subject} onRemove={() => onChange({ subject: '' })} />}
      <ModelFilter model={model} onChange={(next) => onChange({ model: next })} />
      <Select
        label="Kind"
        value={type ?? ''}
        options={[
          { value: '', label: 'all kinds' },
          ...chosen.map((value) => ({ value, label: value })),
          ...families.map((family) => ({ value: `${family}.`, label: `${family}.…` })),
        ]}
        onChange={(next) => onChange({ type: next })}
      />
    </span>
  );
}

function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      title="Show all again"
      onClick={onRemove}
      className="inline-flex max-w-72 cursor-pointer items-center gap-1.5 rounded-full border border-line bg-raised py-0.5 pr-2 pl-3 text-ink hover:border-faint"
    >
      <span className="truncate">{label}</span>
      <X size={12} aria-hidden className="shrink-0" />
    </button>
  );
}
