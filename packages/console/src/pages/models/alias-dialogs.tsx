import { useId, useState } from 'react';
import { changeRegistry, type RegisteredModel } from '../../live/registry.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { HowItMoves } from './how-it-moves.tsx';

/** Points an alias at a version. */
export function SetAliasDialog({
  model: { name, aliases },
  version,
  protectedAliases,
  onClose,
}: {
  model: RegisteredModel;
  version: string;
  protectedAliases: readonly string[];
  onClose: () => void;
}) {
  const [alias, setAlias] = useState('');
  const known = useId();
  const current = aliases.find((each) => each.alias === alias)?.version;
  const isProtected = protectedAliases.includes(alias);
  return (
    <DialogForm
      title={`Set an alias to version ${version}`}
      description="Code that loads the model by this alias gets this version from then on."
      action="Set"
      isReady={alias !== '' && !isProtected && current !== version}
      run={() => changeRegistry('registered-models/alias', { name, alias, version })}
      onClose={onClose}
    >
      <TextField
        label="Alias"
        value={alias}
        required
        maxLength={255}
        list={known}
        placeholder="for example fallback"
        onChange={setAlias}
      />
      <datalist id={known}>
        {aliases
          .filter((each) => !protectedAliases.includes(each.alias))
          .map((each) => (
            <option key={each.alias} value={each.alias} />
          ))}
      </datalist>
      {isProtected ? (
        <HowItMoves model={name} alias={alias} version={version} />
      ) : (
        current !== undefined && (
          <p className="text-muted">
            {current === version ? 'It is there already.' : `It moves here from version ${current}.`}
          </p>
        )
      )}
    </DialogForm>
  );
}

export function RemoveAliasDialog({
  model,
  alias,
  version,
  onClose,
}: {
  model: string;
  alias: string;
  version: string;
  onClose: () => void;
}) {
  return (
    <DialogForm
      title={`Take alias ${alias} away?`}
      description={`It points at version ${version} now. Code that loads ${model} by it finds nothing from then on.`}
      action="Take away"
      look="danger"
      run={() => changeRegistry('registered-models/alias', { name: model, alias }, 'DELETE')}
      onClose={onClose}
    />
  );
}
