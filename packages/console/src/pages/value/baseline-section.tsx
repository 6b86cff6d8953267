import type { BaselineAnswer } from '@dividend/contracts/api';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Tile } from '../../ui/card.tsx';
import { formatMinor, formatNumber, formatSeconds } from '../../ui/format.ts';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { EntriesLink } from './entries-link.tsx';

/** How it was by hand: what every saving is measured against. */
export function BaselineSection({ model }: { model: string }) {
  const query = useApi<BaselineAnswer>(`/api/v1/value/baseline?model=${encodeURIComponent(model)}`);
  return (
    <Card title="Baseline" aside="deployments by hand, before the platform">
      <Answer query={query}>
        {(answer) =>
          answer.summary === null || answer.current === null ? (
            <Empty command={`dividend baseline import baseline.csv --model ${model}`}>
              No baseline is imported, so no saving is known.
            </Empty>
          ) : (
            <Summary summary={answer.summary} current={answer.current} answer={answer} />
          )
        }
      </Answer>
    </Card>
  );
}

function Summary({
  summary,
  current,
  answer: { currency, minorUnitDigits },
}: {
  summary: NonNullable<BaselineAnswer['summary']>;
  current: NonNullable<BaselineAnswer['current']>;
  answer: BaselineAnswer;
}) {
  const money = (minor: number | null) => formatMinor(minor, currency, minorUnitDigits);
  const { leadTimeSecondsMedian, waitingHoursMean, failed } = summary;
  return (
    <>
      <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
        <Tile
          label="Per deployment by hand"
          value={money(summary.perDeploymentMinor)}
          note={<EntriesLink ids={summary.entryIds} />}
        />
        <Tile
          label="Lead time, median"
          value={leadTimeSecondsMedian === null ? 'not recorded' : formatSeconds(leadTimeSecondsMedian)}
          note={
            waitingHoursMean === null ? undefined : `${formatNumber(waitingHoursMean, 3)} h of it waiting`
          }
        />
        <Tile
          label="Deployments that failed"
          value={failed.denominator === 0 ? 'not recorded' : `${failed.numerator} of ${failed.denominator}`}
          note={
            summary.incidentLossMeanMinor === null
              ? 'loss not recorded'
              : `mean loss ${money(summary.incidentLossMeanMinor)}`
          }
        />
        <Tile
          label="Records"
          value={summary.deployments}
          note={
            summary.label === 'example' ? 'example figures, not yours' : (summary.label ?? 'without a label')
          }
        />
      </div>
      <p className="mt-3 text-xs text-faint">
        {current.label === 'example' && (
          <strong className="text-warn">These are example records, not yours. </strong>
        )}
        {current.note} Imported <When at={current.importedAt} />, <CopyText text={current.digest} />
      </p>
    </>
  );
}
