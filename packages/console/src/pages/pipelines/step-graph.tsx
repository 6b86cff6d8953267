import type { StepRun } from '@dividend/contracts/api';
import { useNow } from '../../live/now.ts';
import { formatSeconds } from '../../ui/format.ts';
import { readSeconds } from './read-seconds.ts';

const width = 118;
const height = 50;
const gapX = 26;
const gapY = 14;
/** How far a line that passes below others hangs down, at its handles. */
const dip = 20;
/** Room for the ring of the chosen step. */
const edge = 3;

const tones: Readonly<Record<string, string>> = {
  succeeded: 'border-good/50 bg-good-soft',
  failed: 'border-bad bg-bad-soft',
  running: 'border-accent bg-accent-soft',
};

/** The steps in layers: a step stands right of everything it needs. */
export function StepGraph({
  steps,
  selected,
  onSelect,
}: {
  steps: readonly StepRun[];
  selected: string | undefined;
  onSelect: (name: string) => void;
}) {
  const now = useNow();
  const places = placeSteps(steps);
  const columns = Math.max(...[...places.values()].map(({ column }) => column)) + 1;
  const rows = Math.max(...[...places.values()].map(({ row }) => row)) + 1;
  const at = (name: string) => {
    const place = places.get(name) ?? { column: 0, row: 0 };
    return { x: place.column * (width + gapX) + edge, y: place.row * (height + gapY) + edge };
  };
  const hasOver = steps.some(({ name, needs }) => needs.some((need) => isOverOthers(at(need), at(name))));
  const size = {
    width: columns * (width + gapX) - gapX + 2 * edge,
    height: rows * (height + gapY) - gapY + 2 * edge + (hasOver ? dip * 0.75 : 0),
  };
  return (
    <div className="overflow-x-auto">
      <div className="relative" style={size}>
        <svg {...size} className="absolute inset-0" aria-hidden="true">
          {steps.flatMap((step) =>
            step.needs.map((need) => (
              <path
                key={`${need}>${step.name}`}
                d={drawLine(at(need), at(step.name))}
                className={step.status === 'waiting' ? 'stroke-line' : 'stroke-faint'}
                fill="none"
                strokeWidth={1.5}
              />
            )),
          )}
        </svg>
        {steps.map((step) => {
          const { name, status } = step;
          const { x, y } = at(name);
          return (
            <button
              key={name}
              type="button"
              aria-pressed={name === selected}
              onClick={() => onSelect(name)}
              style={{ left: x, top: y, width, height }}
              className={`absolute cursor-pointer rounded-lg px-3 text-left ${name === selected ? 'border ring-2 ring-accent' : 'border hover:border-faint'} ${tones[status] ?? 'border-line bg-raised'}`}
            >
              <span className="block truncate font-medium" title={name}>
                {name}
              </span>
              <span className="block text-xs text-muted">{describeState(step, now)}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

function describeState({ status, cache, startedAt, finishedAt }: StepRun, now: number): string {
  if (status === 'succeeded' && cache.hit) return 'from cache';
  const seconds = readSeconds(startedAt, finishedAt, now);
  return seconds === null || status === 'skipped'
    ? status
    : `${status === 'failed' ? 'failed, ' : ''}${formatSeconds(seconds)}`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Straight on to the next layer; over more than one, below what stands between. */
function drawLine(from: Point, to: Point): string {
  if (isOverOthers(from, to)) {
    const [startX, endX, y] = [from.x + width - 14, to.x + 14, from.y + height];
    return `M${startX} ${y} C${startX + 10} ${y + dip} ${endX - 10} ${y + dip} ${endX} ${y}`;
  }
  const middle = (from.x + width + to.x) / 2;
  const [startY, endY] = [from.y + height / 2, to.y + height / 2];
  return `M${from.x + width} ${startY} C${middle} ${startY} ${middle} ${endY} ${to.x} ${endY}`;
}

function isOverOthers(from: Point, to: Point): boolean {
  return from.y === to.y && to.x - from.x > width + gapX;
}

function placeSteps(steps: readonly StepRun[]): Map<string, { column: number; row: number }> {
  const columns = new Map<string, number>();
  for (const { name, needs } of steps)
    columns.set(name, Math.max(0, ...needs.map((need) => (columns.get(need) ?? 0) + 1)));
  const filled = new Map<number, number>();
  return new Map(
    [...columns].map(([name, column]) => {
      const row = filled.get(column) ?? 0;
      filled.set(column, row + 1);
      return [name, { column, row }];
    }),
  );
}
