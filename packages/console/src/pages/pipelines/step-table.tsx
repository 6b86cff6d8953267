import type { StepRun } from '@dividend/contracts/api';
import { useNow } from '../../live/now.ts';
import { Card } from '../../ui/card.tsx';
import { formatBytes, formatSeconds } from '../../ui/format.ts';
import { Hint } from '../../ui/hint.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';
import { readSeconds } from './read-seconds.ts';

export function StepTable({
  steps,
  selected,
  onSelect,
}: {
  steps: readonly StepRun[];
  selected: string | undefined;
  onSelect: (step: string) => void;
}) {
  const now = useNow();
  return (
    <Card
      title="Steps"
      aside={
        <>
          a step whose inputs did not change is taken from the cache{' '}
          <Hint about="the cache">
            The key of a step is the content of its inputs, its files, its command and its settings. Where a
            step ran again, it says which of them was another.
          </Hint>
        </>
      }
      isFlush
    >
      <Table
        caption="Steps of the run"
        rows={steps}
        keyOf={({ name }) => name}
        isMarked={({ name }) => name === selected}
        columns={[
          {
            title: 'Step',
            cell: ({ name, uses }) => (
              <span className="whitespace-nowrap">
                <button
                  type="button"
                  title={`Show the log of ${name}`}
                  onClick={() => onSelect(name)}
                  className="cursor-pointer font-medium text-accent hover:underline"
                >
                  {name}
                </button>{' '}
                {uses !== name && <span className="text-xs text-faint">{uses}</span>}
              </span>
            ),
          },
          {
            title: 'State',
            cell: ({ status, cache, attempts }) => (
              <>
                <Status
                  state={status}
                  {...(status === 'succeeded' && cache.hit ? { label: 'from cache' } : {})}
                />
                {attempts > 1 && <div className="text-xs text-faint">attempt {attempts}</div>}
              </>
            ),
          },
          {
            title: 'Why it ran',
            isWide: true,
            cell: ({ cache }) => (
              <span className="min-w-40 wrap-anywhere text-muted">
                {cache.hit ? <span title={cache.reason}>nothing it depends on changed</span> : cache.reason}
              </span>
            ),
          },
          {
            title: 'Took',
            isNumeric: true,
            cell: ({ startedAt, finishedAt, cache }) => {
              const seconds = cache.hit ? null : readSeconds(startedAt, finishedAt, now);
              return seconds === null ? '–' : formatSeconds(seconds);
            },
          },
          {
            title: 'CPU time',
            isNumeric: true,
            cell: ({ cpuSeconds, cache }) =>
              cache.hit || cpuSeconds === null || cpuSeconds === 0 ? '–' : formatSeconds(cpuSeconds),
          },
          {
            title: 'Outputs',
            cell: ({ outputs }) =>
              Object.entries(outputs).map(([name, { digest, bytes }]) => (
                <div key={name} className="flex items-center gap-2 whitespace-nowrap">
                  <span className="w-18 truncate">{name}</span> <CopyText text={digest} />
                  <span className="text-xs text-faint">{formatBytes(bytes)}</span>
                </div>
              )),
          },
        ]}
      />
    </Card>
  );
}
