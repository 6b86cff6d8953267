import { Select } from '../../ui/select.tsx';
import type { CompareRow } from './compare-rows.ts';

/** A param or a metric of the runs. */
export function AxisSelect({
  label,
  rows,
  value,
  none,
  onChange,
}: {
  label: string;
  rows: readonly CompareRow[];
  value: string;
  /** What an empty choice is called; absent where one must be chosen. */
  none?: string;
  onChange: (name: string) => void;
}) {
  const options = rows.map(({ name, kind, key }) => ({
    value: name,
    label: `${key} (${kind.slice(0, -1)})`,
  }));
  return (
    <span className="flex items-center gap-2 text-muted">
      {label}
      <Select
        label={label}
        value={value}
        options={none === undefined ? options : [{ value: '', label: none }, ...options]}
        onChange={onChange}
      />
    </span>
  );
}
