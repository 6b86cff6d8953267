import type { DriftLagAnswer } from '@dividend/contracts/api';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Tile } from '../../ui/card.tsx';
import { formatPercent, formatSeconds } from '../../ui/format.ts';
import { Status } from '../../ui/status.tsx';
import { EntriesLink } from './entries-link.tsx';

export function DriftLagSection({ model }: { model: string }) {
  const query = useApi<DriftLagAnswer>(`/api/v1/value/drift-lag?model=${encodeURIComponent(model)}`);
  return (
    <Card title="Drift lag" aside="drift noticed → a new version serving">
      <Answer query={query}>
        {({ figure, detection, open, endedWithoutVersion }) => (
          <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
            <Tile
              label="Lag, median"
              value={figure.value === null ? <Status state={figure.status} /> : formatSeconds(figure.value)}
              note={<Behind figure={figure} />}
            />
            <Tile
              label="Of it, until noticed"
              value={
                detection.value === null ? (
                  <Status state={detection.status} />
                ) : (
                  formatSeconds(detection.value)
                )
              }
              note={<Behind figure={detection} />}
            />
            <Tile label="Open now" value={open} note="drifts that no new version has answered yet" />
            <Tile
              label="Ended without a new version"
              value={endedWithoutVersion}
              note="the world or the feed went back"
            />
          </div>
        )}
      </Answer>
    </Card>
  );
}

function Behind({ figure }: { figure: DriftLagAnswer['figure'] }) {
  const { numerator, denominator, coverage, note, entryIds } = figure;
  return (
    <>
      {denominator !== null && `${numerator ?? '–'} of ${denominator} drifts, `}
      coverage {formatPercent(coverage.ratio)}, <EntriesLink ids={entryIds} />
      {note !== '' && <div>{note}</div>}
    </>
  );
}
