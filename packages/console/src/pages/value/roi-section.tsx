import type { RoiAnswer } from '@dividend/contracts/api';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Tile } from '../../ui/card.tsx';
import { formatMinor, formatNumber, formatPercent, toTitle } from '../../ui/format.ts';
import { Hint } from '../../ui/hint.tsx';
import { explainLoss } from './explain-return.ts';
import { ReturnRange } from './return-range.tsx';
import { TornadoBars } from './tornado-bars.tsx';
import { YearlyBenefit } from './yearly-benefit.tsx';

type Report = NonNullable<RoiAnswer['report']>;

export function RoiSection({ model }: { model: string }) {
  const query = useApi<RoiAnswer>(`/api/v1/value/roi?model=${encodeURIComponent(model)}`);
  return (
    <Card
      title="Return"
      aside={
        <>
          three percentiles of one simulation{' '}
          <Hint about="the scenarios">
            Conservative, mid and optimistic are the 10th, 50th and 90th percentile of one seeded simulation
            in which every driver moves within what is known of it. Net return is (benefits − costs) ÷ costs,
            in present values.
          </Hint>
        </>
      }
    >
      <Answer query={query}>
        {(answer) =>
          answer.report === null ? (
            <Empty command={`dividend baseline import baseline.csv --model ${model}`}>
              Not known yet. What is missing: {answer.missing.join('; ')}.
            </Empty>
          ) : (
            <Computed report={answer.report} answer={answer} />
          )
        }
      </Answer>
    </Card>
  );
}

function Computed({ report, answer }: { report: Report; answer: RoiAnswer }) {
  const toMoney = (minor: number) => formatMinor(minor, answer.currency, answer.minorUnitDigits);
  const explanation = explainLoss(report, answer.drivers, toMoney);
  return (
    <div className="flex flex-col gap-6">
      <Outcome report={report} toMoney={toMoney} />
      <ReturnRange outcome={report.all} toMoney={toMoney} />
      {explanation !== null && (
        <p className="max-w-[110ch] rounded-md border border-warn/40 bg-warn-soft px-4 py-3">
          <strong className="font-semibold">Why the conservative end is a loss.</strong> {explanation}
        </p>
      )}
      <div>
        <h3 className="mb-3 font-medium">What moves it, strongest first</h3>
        <TornadoBars
          bars={report.tornado}
          drivers={answer.drivers}
          midMinor={report.all.netPresentValue.mid.amountMinor}
          toMoney={toMoney}
        />
      </div>
      {answer.yearly !== null && <YearlyBenefit yearly={answer.yearly} toMoney={toMoney} />}
      <div className="flex flex-col gap-1 text-xs text-muted">
        <Notes title="Counted once" notes={answer.overlaps} />
        <Notes title="Left out" notes={answer.leftOut} />
      </div>
    </div>
  );
}

function Notes({ title, notes }: { title: string; notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <p>
      <span className="font-medium">{title}:</span> {notes.join('; ')}
    </p>
  );
}

const scenarios = ['conservative', 'mid', 'optimistic'] as const;

function Outcome({ report, toMoney }: { report: Report; toMoney: (minor: number) => string }) {
  const { all, seed, draws, horizonMonths, annualDiscountRatio } = report;
  const loss = all.probabilityOfLoss.value;
  return (
    <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
      {scenarios.map((scenario) => {
        const payback = all.paybackMonths[scenario];
        const ratio = all.netReturnRatio?.[scenario];
        return (
          <Tile
            key={scenario}
            label={toTitle(scenario)}
            value={
              <span className={ratio !== undefined && ratio < 0 ? 'text-bad' : ''}>
                {ratio === undefined ? '–' : formatPercent(ratio)}
              </span>
            }
            note={
              <>
                net {toMoney(all.netPresentValue[scenario].amountMinor)} over {horizonMonths} months
                <div>
                  {payback === 'notWithinHorizon'
                    ? `no payback within ${horizonMonths} months`
                    : `paid back after ${formatNumber(Number(payback.toFixed(1)))} months`}
                </div>
              </>
            }
          />
        );
      })}
      <Tile
        label="Chance of a loss"
        value={formatPercent(loss, loss < 0.1 ? 1 : 0)}
        note={
          <>
            {formatNumber(draws)} draws, seed {seed}
            <div>discounted at {formatPercent(annualDiscountRatio)} a year</div>
          </>
        }
      />
    </div>
  );
}
