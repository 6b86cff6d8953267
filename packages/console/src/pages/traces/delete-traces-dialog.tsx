import { deleteTraces } from '../../live/traces.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { formatNumber } from '../../ui/format.ts';

/** Deletes traces for good, once somebody has read what goes with them. */
export function DeleteTracesDialog({
  experimentId,
  traceIds,
  onClose,
}: {
  experimentId: string;
  traceIds: readonly string[];
  onClose: () => void;
}) {
  const count = traceIds.length === 1 ? 'this trace' : `${formatNumber(traceIds.length)} traces`;
  return (
    <DialogForm
      title={`Delete ${count}?`}
      description="Spans, assessments, links to runs and files go with it, for good. How many were deleted stands in the ledger; what they said does not."
      action="Delete for good"
      look="danger"
      run={() => deleteTraces(experimentId, traceIds)}
      onClose={onClose}
    />
  );
}
