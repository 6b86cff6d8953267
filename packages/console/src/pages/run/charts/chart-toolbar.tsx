import { toCalendarTime } from '@dividend/core/time';
import { X } from 'lucide-react';
import { useCallback } from 'react';
import { Button } from '../../../ui/button.tsx';
import { formatNumber, formatSeconds, formatTime } from '../../../ui/format.ts';
import { Hint } from '../../../ui/hint.tsx';
import { SearchField } from '../../../ui/search-field.tsx';
import { Segments } from '../../../ui/segments.tsx';
import type { ChartSettings, useChartSettings } from './chart-settings.ts';

/** What holds for all charts of the tab. */
export function ChartToolbar({
  settings,
  change,
  hasSearch,
}: {
  settings: ChartSettings;
  change: ReturnType<typeof useChartSettings>[1];
  hasSearch: boolean;
}) {
  const { axis, isXLog, isYLog, smoothing, zoom, search } = settings;
  const changeSearch = useCallback((q: string) => change({ q }), [change]);
  const toggle = (letter: 'x' | 'y', isOn: boolean) =>
    change({
      log: (letter === 'x' ? [isOn && 'x', isYLog && 'y'] : [isXLog && 'x', isOn && 'y'])
        .filter(Boolean)
        .join(''),
    });
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
      {hasSearch && <SearchField label="Find a metric" value={search} onChange={changeSearch} />}
      <Segments
        label="Along the x axis"
        value={axis}
        options={[
          { value: 'step', label: 'step' },
          { value: 'time', label: 'wall time' },
          { value: 'relative', label: 'time since start' },
        ]}
        onChange={(x) => change({ x: x === 'step' ? '' : x, from: '', to: '' })}
      />
      <span className="flex items-center gap-3">
        <Toggle label="log x" isOn={isXLog} onChange={(isOn) => toggle('x', isOn)} />
        <Toggle label="log y" isOn={isYLog} onChange={(isOn) => toggle('y', isOn)} />
      </span>
      <label className="flex items-center gap-2 text-xs text-muted">
        smoothing
        <input
          type="range"
          min={0}
          max={0.99}
          step={0.01}
          value={Math.min(0.99, smoothing)}
          onChange={(event) => change({ smooth: event.target.value === '0' ? '' : event.target.value })}
          className="w-28 accent-accent"
        />
        <output className="w-8 text-ink">{smoothing.toFixed(2)}</output>
      </label>
      <Hint about="smoothing">
        Exponential moving average with bias correction, as in Adam: of each point this share of the average
        before stays. Of more than 1,000 points it is the share per thousandth of them. The raw line stays,
        faint.
      </Hint>
      {zoom !== undefined && (
        <Button className="!px-2 !py-0.5 text-xs" onClick={() => change({ from: '', to: '' })}>
          <X size={12} aria-hidden /> {describeZoom(zoom, axis)}
        </Button>
      )}
    </div>
  );
}

function describeZoom({ from, to }: { from: number; to: number }, axis: ChartSettings['axis']): string {
  if (axis === 'step') return `steps ${formatNumber(from)} to ${formatNumber(to)}`;
  if (axis === 'relative') return `${formatSeconds(from / 1000)} to ${formatSeconds(to / 1000)}`;
  return `${formatTime(toCalendarTime(from))} to ${formatTime(toCalendarTime(to))}`;
}

function Toggle({
  label,
  isOn,
  onChange,
}: {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <label className="flex cursor-pointer items-center gap-1.5 text-xs text-muted">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
        className="accent-accent"
      />
      {label}
    </label>
  );
}
