import type { ComparedRun } from '@dividend/contracts/api';
import { RunLink } from '../../ui/run-link.tsx';

/** The runs of a picture by name and colour; pointing at one shows it there. */
export function RunList({
  runs,
  colors,
  isShown,
  note,
  hovered,
  onHover,
}: {
  runs: readonly ComparedRun[];
  colors: readonly string[];
  isShown: readonly boolean[];
  note: string;
  hovered: number | undefined;
  onHover: (run: number | undefined) => void;
}) {
  const shown = runs.map((run, index) => ({ run, index })).filter(({ index }) => isShown[index]);
  return (
    <>
      <p role="status" className="mt-3 text-xs text-muted">
        {shown.length} of {runs.length} runs. {note}
      </p>
      <ul className="mt-1.5 flex max-h-40 flex-wrap gap-x-4 gap-y-0.5 overflow-y-auto">
        {shown.map(({ run, index }) => (
          <li
            key={run.runId}
            onPointerEnter={() => onHover(index)}
            onPointerLeave={() => onHover(undefined)}
            onFocus={() => onHover(index)}
            onBlur={() => onHover(undefined)}
            className={`flex max-w-60 items-center gap-1.5 rounded px-1 text-xs ${hovered === index ? 'bg-raised' : ''}`}
          >
            <span
              aria-hidden
              className="size-2.5 shrink-0 rounded-full"
              style={{ background: colors[index] }}
            />
            <RunLink experimentId={run.experimentId} runId={run.runId} name={run.name} />
          </li>
        ))}
      </ul>
    </>
  );
}
