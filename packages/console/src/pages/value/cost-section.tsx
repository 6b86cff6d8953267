import type { CostAnswer } from '@dividend/contracts/api';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Tile } from '../../ui/card.tsx';
import { formatMinor, formatNumber, formatPercent } from '../../ui/format.ts';
import { CostTable } from './cost-table.tsx';
import { MachineCost } from './machine-cost.tsx';

export function CostSection({ model }: { model: string }) {
  const query = useApi<CostAnswer>(`/api/v1/value/cost-per-deployment?model=${encodeURIComponent(model)}`);
  return (
    <Card
      title="Cost per deployment"
      aside="six categories, beside the baseline of manual deployments"
      isFlush
    >
      <Answer query={query}>
        {(answer) => (
          <>
            <Totals answer={answer} />
            <CostTable answer={answer} />
            <MachineCost answer={answer} />
          </>
        )}
      </Answer>
    </Card>
  );
}

function Totals({ answer }: { answer: CostAnswer }) {
  const { total, comparison, currency, minorUnitDigits, deployments, attempts, priceBookVersion } = answer;
  const money = (minor: number | null) => formatMinor(minor, currency, minorUnitDigits);
  const isCompared = comparison.categories.length > 0;
  return (
    <div className="grid grid-cols-2 gap-3 border-b border-line p-4 xl:grid-cols-4">
      <Tile
        label="Now, per deployment"
        value={money(total.perDeploymentMinor)}
        note={
          total.perDeploymentMinor === null
            ? 'nothing is promoted yet'
            : total.complete
              ? 'all six categories are known'
              : 'at least: some categories were not collected'
        }
      />
      <Tile
        label="By hand, in the same categories"
        value={isCompared ? money(comparison.baselineMinor) : '–'}
        note={
          isCompared
            ? `against ${money(comparison.measuredMinor)} now, in the ${comparison.categories.length} known on both sides${answer.baselineLabel === 'example' ? '; an example baseline' : ''}`
            : 'no category is known on both sides'
        }
      />
      <Tile
        label="Saved per deployment"
        value={isCompared ? money(comparison.savedMinor) : '–'}
        note={
          comparison.savedRatio === null
            ? undefined
            : `${formatPercent(comparison.savedRatio)} of the baseline`
        }
      />
      <Tile
        label="Deployments"
        value={formatNumber(deployments)}
        note={`of ${formatNumber(attempts)} attempts; price book ‘${priceBookVersion}’`}
      />
    </div>
  );
}
