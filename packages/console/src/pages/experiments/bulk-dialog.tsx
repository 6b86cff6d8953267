import { type ComponentProps, useState } from 'react';
import { forgetRunRows } from '../../live/run-rows.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { changeEach, type FailedChange } from './change-each.ts';

/** Failures that are told one by one. */
const mostTold = 20;

/** Does one thing with each of some runs. Where some fail it says which and why, and trying again takes up those alone. */
export function BulkDialog({
  experimentId,
  runIds,
  title,
  change,
  onDone,
  onClose,
  ...rest
}: Omit<ComponentProps<typeof DialogForm>, 'title' | 'run'> & {
  experimentId: string;
  runIds: readonly string[];
  title: (count: string) => string;
  change: (runId: string) => Promise<unknown>;
  onDone?: () => void;
}) {
  const [left, setLeft] = useState(runIds);
  const run = async () => {
    const failed = await changeEach(left, change);
    if (failed.length > 0) {
      setLeft(failed.map(({ id }) => id));
      if (failed.length < left.length) await forgetRunRows(experimentId);
      throw new Error(describe(failed, left.length));
    }
    await forgetRunRows(experimentId);
    onDone?.();
  };
  const count = `${formatNumber(left.length)} ${left.length === 1 ? 'run' : 'runs'}`;
  return <DialogForm {...rest} title={title(count)} run={run} onClose={onClose} />;
}

function describe(failed: readonly FailedChange[], tried: number): string {
  const done = tried - failed.length;
  const told = failed.slice(0, mostTold).map(({ id, reason }) => `${id.slice(0, 8)}: ${reason}`);
  const more = failed.length - told.length;
  return [
    `${formatNumber(failed.length)} of ${formatNumber(tried)} failed${done === 0 ? '' : '; the others are done'}.`,
    ...told,
    ...(more > 0 ? [`and ${formatNumber(more)} more`] : []),
  ].join('\n');
}
