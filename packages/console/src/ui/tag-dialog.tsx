import { useId, useState } from 'react';
import { DialogForm } from './dialog-form.tsx';
import { TextField } from './text-field.tsx';

/** Sets a tag, or takes it away where its value is emptied. */
export function TagDialog({
  of,
  tags,
  maxValue,
  set,
  remove,
  onClose,
}: {
  /** What has the tags, by its name. */
  of: string;
  tags: Readonly<Record<string, string>>;
  /** Characters. */
  maxValue: number;
  set: (key: string, value: string) => Promise<unknown>;
  remove: (key: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const known = useId();
  const isRemoved = value === '' && Object.hasOwn(tags, key);
  return (
    <DialogForm
      title={`Set a tag of ${of}`}
      description="A tag that is there already gets the new value; an empty value removes it."
      action={isRemoved ? 'Remove' : 'Set'}
      isReady={key !== '' && (value !== '' || isRemoved)}
      run={() => (isRemoved ? remove(key) : set(key, value))}
      onClose={onClose}
    >
      <TextField label="Key" value={key} required maxLength={250} list={known} onChange={setKey} />
      <datalist id={known}>
        {Object.keys(tags).map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <TextField label="Value" value={value} maxLength={maxValue} onChange={setValue} />
    </DialogForm>
  );
}
