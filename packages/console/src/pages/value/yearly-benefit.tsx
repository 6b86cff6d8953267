import type { RoiAnswer } from '@dividend/contracts/api';
import type { ReactNode } from 'react';

type Yearly = NonNullable<RoiAnswer['yearly']>;

const lineNames = {
  labour: 'Labour saved',
  compliance: 'Compliance work saved',
  incidents: 'Incidents avoided',
  driftLag: 'Shorter drift lag',
} as const;

/** One year at point values, line by line, beside the formula as article A0 prints it and why the two differ. */
export function YearlyBenefit({ yearly, toMoney }: { yearly: Yearly; toMoney: (minor: number) => string }) {
  const { lines, automationCostMinor, netMinor, published } = yearly;
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <div>
        <h3 className="mb-2 font-medium">A year at point values, line by line</h3>
        <dl className="flex flex-col gap-1">
          {lines.map(({ id, savedMinor }) => (
            <Line key={id} name={lineNames[id]} amount={toMoney(savedMinor)} />
          ))}
          <Line name="Cost of the automation" amount={toMoney(-automationCostMinor)} />
          <Line name="Net" amount={toMoney(netMinor)} isTotal />
        </dl>
      </div>
      <div>
        <h3 className="mb-2 font-medium">As published (A0), reconciled</h3>
        <p className="mb-2 font-mono text-xs text-muted">{published.formula}</p>
        <dl className="flex flex-col gap-1">
          <Line name="Line by line" amount={toMoney(netMinor)} />
          {published.reconciliation.map(({ reason, amountMinor }) => (
            <Line key={reason} name={reason} amount={toMoney(amountMinor)} />
          ))}
          <Line name="As published" amount={toMoney(published.netMinor)} isTotal />
          <Line
            name="With the sign corrected, which counts avoided incidents twice"
            amount={toMoney(published.withSignCorrectedMinor)}
          />
        </dl>
      </div>
    </div>
  );
}

function Line({ name, amount, isTotal = false }: { name: ReactNode; amount: string; isTotal?: boolean }) {
  return (
    <div
      className={`flex justify-between gap-4 ${isTotal ? 'border-t border-line pt-1 font-semibold' : 'text-muted'}`}
    >
      <dt>{name}</dt>
      <dd className="whitespace-nowrap">{amount}</dd>
    </div>
  );
}
