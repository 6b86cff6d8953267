import type { Overview, Trigger } from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import { useApi } from '../../live/queries.ts';
import { formatNumber } from '../../ui/format.ts';
import { LoopEdge, LoopLabel } from './loop-edge.tsx';
import { LoopStation, stationHeight, stationWidth } from './loop-station.tsx';
import { readStations, type StationId } from './read-stations.ts';

const width = 1120;
const height = 236;
const top = 10;
const bottom = height - stationHeight - 10;
const column = (index: number) => 6 + (index * (width - 12 - stationWidth)) / 3;

const positions: Readonly<Record<StationId, readonly [x: number, y: number]>> = {
  train: [column(0), top],
  register: [column(1), top],
  gate: [column(2), top],
  release: [column(3), top],
  serve: [column(3), bottom],
  monitor: [column(2), bottom],
  trigger: [column(1), bottom],
};

/** The loop with what each station does now; in its middle the ledger that all of them write. */
export function LoopPicture({ overview }: { overview: Overview }) {
  const triggers = useApi<ListPage<Trigger>>('/api/v1/triggers').data?.items ?? [];
  const stations = readStations(overview, triggers);
  const retrained = triggers
    .flatMap(({ firings }) => firings)
    .filter(({ action }) => action === 'retrain').length;
  const takenBack = overview.recentRollouts.filter(({ phase }) => phase === 'rolledBack').length;
  const isRetraining = overview.runningPipelines.some(({ trigger }) =>
    ['performance', 'drift'].includes(trigger),
  );
  const isBusy = (...ids: StationId[]) => ids.some((id) => stations[id].tone === 'busy');
  const isServing = stations.serve.tone === 'well';
  const middle = (y: number) => y + stationHeight / 2;
  const [left, right] = [column(0) + stationWidth / 2, column(3) + stationWidth / 2];
  const across = (from: number, y: number) =>
    `M${column(from) + stationWidth + 4} ${middle(y)}H${column(from + 1) - 6}`;
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      className="w-full min-w-[52rem]"
      role="img"
      aria-label={`The loop: ${Object.values(stations)
        .map(({ name, state }) => `${name}, ${state}`)
        .join('; ')}`}
    >
      <LoopEdge path={across(0, top)} isActive={isBusy('train', 'register')} />
      <LoopEdge path={across(1, top)} isActive={isBusy('gate')} />
      <LoopEdge path={across(2, top)} isActive={isBusy('release')} />
      <LoopEdge
        path={`M${right - 24} ${top + stationHeight + 4}V${bottom - 6}`}
        isActive={isBusy('release')}
      />
      <LoopEdge path={`M${right + 24} ${bottom - 4}V${top + stationHeight + 6}`} isBack />
      <LoopLabel x={right + 34} y={height / 2} lines={['roll back', toTimes(takenBack)]} />
      <LoopEdge
        path={`M${column(3) - 4} ${middle(bottom)}H${column(2) + stationWidth + 6}`}
        isActive={isServing}
      />
      <LoopEdge
        path={`M${column(2) - 4} ${middle(bottom)}H${column(1) + stationWidth + 6}`}
        isActive={isServing}
      />
      <LoopEdge
        path={`M${column(1) - 4} ${middle(bottom)}H${left + 14}a14 14 0 0 1 -14 -14V${top + stationHeight + 6}`}
        isActive={isRetraining}
        isBack
      />
      <LoopLabel
        x={left + 12}
        y={height / 2}
        lines={[isRetraining ? 'retraining now' : 'retrain', toTimes(retrained)]}
      />
      <Ledger overview={overview} />
      {(Object.keys(positions) as StationId[]).map((id) => (
        <LoopStation key={id} station={stations[id]} x={positions[id][0]} y={positions[id][1]} />
      ))}
    </svg>
  );
}

function Ledger({ overview: { ledger } }: { overview: Overview }) {
  const x = (column(1) + column(2) + stationWidth) / 2;
  const open = ledger.entries - ledger.sealed;
  return (
    <g>
      <rect
        x={x - 200}
        y={height / 2 - 15}
        width={400}
        height={30}
        rx={15}
        className="fill-raised stroke-line"
      />
      <text x={x} y={height / 2 + 4.5} textAnchor="middle" className="fill-muted text-[13px]">
        every step writes the ledger:{' '}
        <tspan className="fill-ink font-semibold">{formatNumber(ledger.entries)} entries</tspan>,{' '}
        {open <= 0 ? 'all sealed' : `${formatNumber(open)} being sealed`}
      </text>
    </g>
  );
}

function toTimes(count: number): string {
  return count === 0 ? 'not yet' : count === 1 ? 'once' : `${count} times`;
}
