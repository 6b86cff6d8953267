import type { CostAnswer, DoraAnswer, RoiAnswer } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Tile } from '../../ui/card.tsx';
import { formatCounted, formatFigure } from '../../ui/figure-text.ts';
import { formatMinor, formatPercent } from '../../ui/format.ts';
import { Status } from '../../ui/status.tsx';

const metrics = [
  ['deploymentFrequency', 'Deployment frequency'],
  ['changeLeadTime', 'Change lead time'],
  ['changeFailRate', 'Change fail rate'],
  ['failedDeploymentRecoveryTime', 'Recovery time'],
  ['deploymentReworkRate', 'Rework rate'],
] as const;

/** Five metrics, the cost of a deployment and the return, each with what it rests on. */
export function BooksInBrief({ model }: { model: string }) {
  const query = `?model=${encodeURIComponent(model)}`;
  const dora = useApi<DoraAnswer>(`/api/v1/value/dora${query}`);
  return (
    <Card
      title={<>The books of {model}</>}
      aside={
        <Link to="/value" search={{ model }} className="text-accent">
          all figures and what is behind them
        </Link>
      }
    >
      <div className="flex flex-col gap-3">
        <Answer query={dora}>
          {(answer) => (
            <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
              {metrics.map(([id, name]) => (
                <DoraTile key={id} name={name} metric={answer[id]} />
              ))}
            </div>
          )}
        </Answer>
        <div className="grid gap-3 md:grid-cols-2">
          <CostTile model={model} />
          <ReturnTile model={model} />
        </div>
      </div>
    </Card>
  );
}

function DoraTile({ name, metric }: { name: string; metric: DoraAnswer[(typeof metrics)[number][0]] }) {
  const { value, unit, status, coverage, elite } = metric;
  return (
    <Tile
      label={name}
      value={
        value === null ? (
          <span className="text-sm">
            <Status state={status} title={metric.note} />
          </span>
        ) : (
          formatFigure(value, unit)
        )
      }
      note={
        <>
          {formatCounted(metric)}, coverage {formatPercent(coverage.ratio)}
          {elite !== null && (
            <div>
              elite {elite.comparison === 'below' ? 'below' : 'at least'} {formatFigure(elite.value, unit)}
              {elite.met !== null && (elite.met ? ': met' : ': not met')}
            </div>
          )}
        </>
      }
    />
  );
}

function CostTile({ model }: { model: string }) {
  const query = useApi<CostAnswer>(`/api/v1/value/cost-per-deployment?model=${encodeURIComponent(model)}`);
  return (
    <Answer query={query}>
      {({ total, comparison, currency, minorUnitDigits, baselineLabel }) => {
        const money = (minor: number | null) => formatMinor(minor, currency, minorUnitDigits);
        return (
          <Tile
            label="Cost per deployment"
            value={money(total.perDeploymentMinor)}
            note={
              comparison.categories.length === 0
                ? 'no baseline of manual deployments to compare with'
                : `${money(comparison.measuredMinor)} against ${money(comparison.baselineMinor)} by hand in the categories known on both sides${baselineLabel === 'example' ? ' (example baseline)' : ''}`
            }
          />
        );
      }}
    </Answer>
  );
}

function ReturnTile({ model }: { model: string }) {
  const query = useApi<RoiAnswer>(`/api/v1/value/roi?model=${encodeURIComponent(model)}`);
  return (
    <Answer query={query}>
      {({ report, missing }) => {
        const ratios = report?.all.netReturnRatio;
        return (
          <Tile
            label="Return, mid scenario"
            value={
              ratios ? (
                formatPercent(ratios.mid)
              ) : (
                <span className="text-sm">
                  <Status state="unknown" label="not known" />
                </span>
              )
            }
            note={
              ratios && report
                ? `conservative ${formatPercent(ratios.conservative)}, optimistic ${formatPercent(ratios.optimistic)}, over ${report.horizonMonths} months`
                : missing.join('; ')
            }
          />
        );
      }}
    </Answer>
  );
}
