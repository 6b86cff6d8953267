import type { ModelSummary } from '@dividend/contracts/api';
import type { Page } from '@dividend/sdk';
import { useApi } from '../live/queries.ts';
import { Select } from './select.tsx';

/** Which model a list speaks of; there is nothing to choose while there is only one. */
export function ModelFilter({
  model,
  onChange,
}: {
  model: string | undefined;
  onChange: (model: string) => void;
}) {
  const names = useApi<Page<ModelSummary>>('/api/v1/models').data?.items.map(({ name }) => name) ?? [];
  if (names.length < 2 && model === undefined) return null;
  return (
    <Select
      label="Model"
      value={model ?? ''}
      options={[{ value: '', label: 'all models' }, ...names.map((name) => ({ value: name, label: name }))]}
      onChange={onChange}
    />
  );
}
