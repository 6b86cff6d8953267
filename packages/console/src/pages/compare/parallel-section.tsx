import type { ComparedRun } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Card, Empty } from '../../ui/card.tsx';
import { type Axis, type Brushes, passBrushes, toAxis } from './axis.ts';
import { AxisSelect } from './axis-select.tsx';
import { type CompareRow, readNumbers, toCompareRows } from './compare-rows.ts';
import { ParallelPicture } from './parallel-picture.tsx';
import { runColor, scaleColor } from './run-colors.ts';
import { RunList } from './run-list.tsx';

/** Side by side at first; any can be added. */
const usualParams = 5;
const usualMetrics = 3;
const noAxes: readonly string[] = [];

/** Each run a line over the params and metrics chosen; a part of an axis that is brushed leaves only the lines through it. */
export function ParallelSection({ runs }: { runs: readonly ComparedRun[] }) {
  const search = useSearch({ from: '/compare' });
  const navigate = useNavigate({ from: '/compare' });
  const change = (part: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const [brushes, setBrushes] = useState<Brushes>(new Map());
  const [logs, setLogs] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [hovered, setHovered] = useState<number>();
  const rows = useMemo(() => toCompareRows(runs).filter(({ kind }) => kind !== 'tags'), [runs]);
  const names = search.axes === undefined ? usualAxes(rows) : search.axes.split(',');
  const axes = names.flatMap((name) => {
    const row = rows.find((each) => each.name === name);
    return row === undefined ? [] : [toAxis(row, logs.get(name))];
  });
  const metrics = rows.filter((row) => row.kind === 'metrics' && readNumbers(row) !== undefined);
  const colorBy = search.color ?? metrics.find(({ isDifferent }) => isDifferent)?.name ?? '';
  const colorRow = metrics.find(({ name }) => name === colorBy);
  const colors = colorsOf(runs, colorRow === undefined ? undefined : toAxis(colorRow));
  const passed = passBrushes(axes, brushes, runs.length);
  const left = rows.filter(({ name, isDifferent }) => isDifferent && !names.includes(name));
  if (axes.length < 2 && left.length === 0) {
    return (
      <Card>
        <Empty>The runs have too little that differs: at least two params or metrics are needed.</Empty>
      </Card>
    );
  }
  return (
    <Card
      title="Parallel coordinates"
      aside={
        <span className="flex flex-wrap items-center gap-3">
          <AxisSelect
            label="Colour by"
            rows={metrics}
            value={colorBy}
            none="each its own"
            onChange={(name) => change({ color: name || 'none' })}
          />
          <AxisSelect
            label="Add an axis"
            rows={left}
            value=""
            none="choose"
            onChange={(name) => name !== '' && change({ axes: [...names, name].join(',') })}
          />
          {brushes.size > 0 && <Button onClick={() => setBrushes(new Map())}>Clear the brushes</Button>}
        </span>
      }
    >
      <ParallelPicture
        axes={axes}
        runs={runs}
        colors={colors}
        passed={passed}
        brushes={brushes}
        hovered={hovered}
        onHover={setHovered}
        onBrush={(name, part) => setBrushes(replaced(brushes, name, part))}
        onLog={(axis) => {
          setLogs(replaced(logs, axis.name, !axis.isLog));
          setBrushes(replaced(brushes, axis.name, undefined));
        }}
        onRemove={(name) => change({ axes: names.filter((each) => each !== name).join(',') || 'none' })}
      />
      <RunList
        runs={runs}
        colors={colors}
        isShown={passed}
        note={
          brushes.size === 0 ? 'Drag along an axis to keep only what passes there.' : 'in the brushed parts'
        }
        hovered={hovered}
        onHover={setHovered}
      />
    </Card>
  );
}

function usualAxes(rows: readonly CompareRow[]): readonly string[] {
  const differing = rows.filter(({ isDifferent }) => isDifferent);
  if (differing.length === 0) return noAxes;
  const of = (kind: string, most: number) => differing.filter((row) => row.kind === kind).slice(0, most);
  return [...of('params', usualParams), ...of('metrics', usualMetrics)].map(({ name }) => name);
}

function colorsOf(runs: readonly ComparedRun[], axis: Axis | undefined): readonly string[] {
  return runs.map((_, index) => {
    if (axis === undefined) return runColor(index);
    const place = axis.places[index] ?? null;
    return place === null ? 'var(--faint)' : scaleColor(place);
  });
}

function replaced<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value | undefined,
): ReadonlyMap<string, Value> {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}
