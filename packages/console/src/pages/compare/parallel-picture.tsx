import type { ComparedRun } from '@dividend/contracts/api';
import { X } from 'lucide-react';
import { type PointerEvent, useRef } from 'react';
import type { Axis, Brushes } from './axis.ts';

const heightPx = 380;
const topPx = 12;
const bottomPx = 14;
const axisGapPx = 148;
const sidePx = 78;
/** A shorter drag is a click, which takes the brush away. */
const leastBrush = 0.02;
const brushWidthPx = 26;

export function ParallelPicture({
  axes,
  runs,
  colors,
  passed,
  brushes,
  hovered,
  onHover,
  onBrush,
  onLog,
  onRemove,
}: {
  axes: readonly Axis[];
  runs: readonly ComparedRun[];
  colors: readonly string[];
  passed: readonly boolean[];
  brushes: Brushes;
  hovered: number | undefined;
  onHover: (run: number | undefined) => void;
  onBrush: (name: string, part: readonly [number, number] | undefined) => void;
  onLog: (axis: Axis) => void;
  onRemove: (name: string) => void;
}) {
  const width = sidePx * 2 + axisGapPx * Math.max(0, axes.length - 1);
  const xOf = (index: number) => sidePx + index * axisGapPx;
  return (
    <div className="overflow-x-auto">
      <div style={{ width }} className="mx-auto">
        <div className="relative h-11">
          {axes.map((axis, index) => (
            <div
              key={axis.name}
              style={{ left: xOf(index), width: axisGapPx - 8 }}
              className="absolute flex -translate-x-1/2 flex-col items-center text-xs"
            >
              <span className="flex max-w-full items-center gap-0.5">
                <span className="truncate font-medium" title={axis.name}>
                  {axis.title}
                </span>
                <button
                  type="button"
                  aria-label={`Remove the axis ${axis.title}`}
                  onClick={() => onRemove(axis.name)}
                  className="shrink-0 cursor-pointer rounded p-0.5 text-faint hover:text-ink"
                >
                  <X size={11} aria-hidden />
                </button>
              </span>
              {axis.canBeLog && (
                <button
                  type="button"
                  aria-pressed={axis.isLog}
                  onClick={() => onLog(axis)}
                  className={`cursor-pointer rounded px-1 text-[11px] ${axis.isLog ? 'bg-accent-soft text-accent' : 'text-faint hover:text-ink'}`}
                >
                  log
                </button>
              )}
            </div>
          ))}
        </div>
        <svg
          width={width}
          height={heightPx}
          role="img"
          aria-label={`${runs.length} runs over ${axes.map(({ title }) => title).join(', ')}`}
        >
          <g fill="none">
            {runs.map((run, index) => (
              <path
                key={run.runId}
                d={toPath(axes, index, xOf)}
                stroke={passed[index] ? colors[index] : 'var(--line)'}
                strokeOpacity={
                  passed[index] ? (hovered === undefined || hovered === index ? 0.9 : 0.25) : 0.5
                }
                strokeWidth={hovered === index ? 3 : 1.5}
                onPointerEnter={() => passed[index] && onHover(index)}
                onPointerLeave={() => onHover(undefined)}
              >
                <title>{run.name}</title>
              </path>
            ))}
          </g>
          {axes.map((axis, index) => (
            <AxisLine
              key={axis.name}
              axis={axis}
              x={xOf(index)}
              brush={brushes.get(axis.name)}
              onBrush={(part) => onBrush(axis.name, part)}
            />
          ))}
        </svg>
      </div>
    </div>
  );
}

function yOf(place: number): number {
  return topPx + (1 - place) * (heightPx - topPx - bottomPx);
}

/** A run that lacks something has a gap there. */
function toPath(axes: readonly Axis[], run: number, xOf: (index: number) => number): string {
  let isBegun = false;
  return axes
    .map(({ places }, index) => {
      const place = places[run] ?? null;
      const step = place === null ? '' : `${isBegun ? 'L' : 'M'}${xOf(index)} ${yOf(place).toFixed(1)}`;
      isBegun = place !== null;
      return step;
    })
    .join('');
}

function AxisLine({
  axis,
  x,
  brush,
  onBrush,
}: {
  axis: Axis;
  x: number;
  brush: readonly [number, number] | undefined;
  onBrush: (part: readonly [number, number] | undefined) => void;
}) {
  const begun = useRef<number>(undefined);
  const placeAt = (event: PointerEvent<SVGRectElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, 1 - (event.clientY - box.top) / box.height));
  };
  const move = (event: PointerEvent<SVGRectElement>) => {
    if (begun.current === undefined) return;
    const place = placeAt(event);
    onBrush([Math.min(begun.current, place), Math.max(begun.current, place)]);
  };
  return (
    <g>
      <line x1={x} x2={x} y1={yOf(1)} y2={yOf(0)} stroke="var(--faint)" />
      {axis.ticks.map(({ at, label }) => (
        <g key={label} transform={`translate(${x} ${yOf(at)})`}>
          <line x2={4} stroke="var(--faint)" />
          <text
            x={7}
            dy="0.35em"
            fontSize={11}
            fill="var(--muted)"
            stroke="var(--card)"
            strokeWidth={3}
            paintOrder="stroke"
            pointerEvents="none"
          >
            {label.length > 16 ? `${label.slice(0, 15)}…` : label}
          </text>
        </g>
      ))}
      <rect
        x={x - brushWidthPx / 2}
        y={yOf(1)}
        width={brushWidthPx}
        height={yOf(0) - yOf(1)}
        fill="transparent"
        className="cursor-ns-resize touch-none"
        data-axis={axis.name}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          begun.current = placeAt(event);
        }}
        onPointerMove={move}
        onPointerUp={(event) => {
          const from = begun.current ?? 0;
          begun.current = undefined;
          if (Math.abs(placeAt(event) - from) < leastBrush) onBrush(undefined);
        }}
      />
      {brush && (
        <rect
          x={x - brushWidthPx / 4}
          y={yOf(brush[1])}
          width={brushWidthPx / 2}
          height={Math.max(1, yOf(brush[0]) - yOf(brush[1]))}
          fill="var(--accent)"
          fillOpacity={0.3}
          stroke="var(--accent)"
          pointerEvents="none"
        />
      )}
    </g>
  );
}
