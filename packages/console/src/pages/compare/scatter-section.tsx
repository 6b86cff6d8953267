import type { ComparedRun } from '@dividend/contracts/api';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Card, Empty } from '../../ui/card.tsx';
import { type Axis, toAxis } from './axis.ts';
import { AxisSelect } from './axis-select.tsx';
import { type CompareRow, toCompareRows } from './compare-rows.ts';
import { runColor } from './run-colors.ts';
import { RunList } from './run-list.tsx';

const widthPx = 900;
const heightPx = 420;
const leftPx = 84;
const rightPx = 24;
const topPx = 16;
const bottomPx = 44;

/** Each run a point between two params or metrics. */
export function ScatterSection({ runs }: { runs: readonly ComparedRun[] }) {
  const search = useSearch({ from: '/compare' });
  const navigate = useNavigate({ from: '/compare' });
  const [hovered, setHovered] = useState<number>();
  const rows = useMemo(() => toCompareRows(runs).filter(({ kind }) => kind !== 'tags'), [runs]);
  const x = choose(rows, search.across, 'params') ?? rows[0];
  const y = choose(rows, search.up, 'metrics') ?? rows.at(-1);
  if (x === undefined || y === undefined) {
    return (
      <Card>
        <Empty>No param or metric was logged to these runs.</Empty>
      </Card>
    );
  }
  const change = (part: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const colors = runs.map((_, index) => runColor(index));
  const [xAxis, yAxis] = [toAxis(x), toAxis(y)];
  const isShown = runs.map((_, index) => isPlaced(xAxis, index) && isPlaced(yAxis, index));
  return (
    <Card
      title={`${y.key} over ${x.key}`}
      aside={
        <span className="flex flex-wrap gap-3">
          <AxisSelect
            label="Across"
            rows={rows}
            value={x.name}
            onChange={(name) => change({ across: name })}
          />
          <AxisSelect label="Up" rows={rows} value={y.name} onChange={(name) => change({ up: name })} />
        </span>
      }
    >
      <Points
        runs={runs}
        rows={[x, y]}
        axes={[xAxis, yAxis]}
        colors={colors}
        isShown={isShown}
        hovered={hovered}
        onHover={setHovered}
      />
      <RunList
        runs={runs}
        colors={colors}
        isShown={isShown}
        note={
          isShown.includes(false) ? 'The others lack one of the two.' : 'A click on a point opens its run.'
        }
        hovered={hovered}
        onHover={setHovered}
      />
    </Card>
  );
}

function choose(rows: readonly CompareRow[], name: string | undefined, kind: string): CompareRow | undefined {
  return (
    rows.find((row) => row.name === name) ??
    rows.find((row) => row.kind === kind && row.isDifferent) ??
    rows.find((row) => row.kind === kind)
  );
}

function isPlaced(axis: Axis, run: number): boolean {
  return (axis.places[run] ?? null) !== null;
}

function xOf(place: number): number {
  return leftPx + place * (widthPx - leftPx - rightPx);
}

function yOf(place: number): number {
  return topPx + (1 - place) * (heightPx - topPx - bottomPx);
}

function Points({
  runs,
  rows: [x, y],
  axes: [xAxis, yAxis],
  colors,
  isShown,
  hovered,
  onHover,
}: {
  runs: readonly ComparedRun[];
  rows: readonly [CompareRow, CompareRow];
  axes: readonly [Axis, Axis];
  colors: readonly string[];
  isShown: readonly boolean[];
  hovered: number | undefined;
  onHover: (run: number | undefined) => void;
}) {
  const router = useRouter();
  const tell = (index: number) =>
    `${runs[index]?.name}: ${x.key} ${x.values[index]}, ${y.key} ${y.values[index]}`;
  return (
    <figure className="overflow-x-auto">
      <svg
        viewBox={`0 0 ${widthPx} ${heightPx}`}
        className="w-full min-w-3xl"
        aria-label={`${y.key} over ${x.key}`}
      >
        <Grid xAxis={xAxis} yAxis={yAxis} />
        {runs.map((run, index) => {
          if (!isShown[index]) return null;
          const page = `/experiments/${run.experimentId}/runs/${run.runId}`;
          return (
            <a
              key={run.runId}
              href={page}
              aria-label={tell(index)}
              onClick={(event) => {
                event.preventDefault();
                router.history.push(page);
              }}
              onPointerEnter={() => onHover(index)}
              onPointerLeave={() => onHover(undefined)}
              onFocus={() => onHover(index)}
              onBlur={() => onHover(undefined)}
            >
              <circle
                cx={xOf(xAxis.places[index] ?? 0)}
                cy={yOf(yAxis.places[index] ?? 0)}
                r={hovered === index ? 8 : 5.5}
                fill={colors[index]}
                fillOpacity={0.85}
                stroke="var(--card)"
              />
            </a>
          );
        })}
      </svg>
      <figcaption aria-live="polite" className="sticky left-0 min-h-5 text-center text-xs text-muted">
        {hovered === undefined
          ? `${yAxis.isLog ? 'log ' : ''}${y.key} ↑, ${xAxis.isLog ? 'log ' : ''}${x.key} →`
          : tell(hovered)}
      </figcaption>
    </figure>
  );
}

function Grid({ xAxis, yAxis }: { xAxis: Axis; yAxis: Axis }) {
  const text = { fontSize: 11, fill: 'var(--muted)' };
  return (
    <g>
      {yAxis.ticks.map(({ at, label }) => (
        <g key={at}>
          <line x1={leftPx} x2={widthPx - rightPx} y1={yOf(at)} y2={yOf(at)} stroke="var(--line)" />
          <text {...text} x={leftPx - 8} y={yOf(at)} dy="0.35em" textAnchor="end">
            {label.slice(0, 14)}
          </text>
        </g>
      ))}
      {xAxis.ticks.map(({ at, label }) => (
        <g key={at}>
          <line x1={xOf(at)} x2={xOf(at)} y1={topPx} y2={heightPx - bottomPx} stroke="var(--line)" />
          <text {...text} x={xOf(at)} y={heightPx - bottomPx + 18} textAnchor="middle">
            {label.slice(0, 18)}
          </text>
        </g>
      ))}
    </g>
  );
}
