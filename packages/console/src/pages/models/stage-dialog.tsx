import { useState } from 'react';
import { changeRegistry, type RegisteredVersion } from '../../live/registry.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { Segments } from '../../ui/segments.tsx';

const stages = ['None', 'Staging', 'Production', 'Archived'] as const;

/** Moves a version to a stage, for those who have not moved to aliases yet. */
export function StageDialog({ version, onClose }: { version: RegisteredVersion; onClose: () => void }) {
  const [stage, setStage] = useState(version.stage);
  const [isArchiving, setArchiving] = useState(true);
  const isActive = stage === 'Staging' || stage === 'Production';
  return (
    <DialogForm
      title={`Stage of version ${version.version} of ${version.model}`}
      description="Stages are deprecated since MLflow 2.9, and nothing here goes by them: an alias says the same, with a history, and can be protected. Each move is an entry of the ledger."
      action="Move"
      isReady={stage !== version.stage}
      run={() =>
        changeRegistry('model-versions/transition-stage', {
          name: version.model,
          version: version.version,
          stage,
          archive_existing_versions: isActive && isArchiving,
        })
      }
      onClose={onClose}
    >
      <Segments
        label="Stage"
        options={stages.map((value) => ({ value, label: value === 'None' ? 'none' : value }))}
        value={stage as (typeof stages)[number]}
        onChange={setStage}
      />
      {isActive && (
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={isArchiving}
            onChange={(event) => setArchiving(event.target.checked)}
            className="accent-accent"
          />
          Archive the versions that are in {stage} now
        </label>
      )}
    </DialogForm>
  );
}
