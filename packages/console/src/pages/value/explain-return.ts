import type { RoiAnswer } from '@dividend/contracts/api';

type Report = NonNullable<RoiAnswer['report']>;

const columnWords = { cashable: 'money saved', capacity: 'work saved', riskAvoided: 'avoided risk' } as const;

/**
 * Why the conservative end is a loss, in sentences that hold the figures it follows from; null where it is none.
 *
 * @param toMoney minor units → text
 */
export function explainLoss(
  report: Report,
  drivers: RoiAnswer['drivers'],
  toMoney: (minor: number) => string,
): string | null {
  const { netPresentValue, breakdown } = report.all;
  if (netPresentValue.conservative.amountMinor >= 0) return null;
  const { benefits, costMinor } = breakdown.conservative;
  const lines = (Object.keys(columnWords) as (keyof typeof columnWords)[]).flatMap((column) => {
    const minor = benefits[column];
    return minor === undefined || minor === 0 ? [] : [`${columnWords[column]} is worth ${toMoney(minor)}`];
  });
  const where = `Of a hundred possible courses, ten end below the conservative ${toMoney(netPresentValue.conservative.amountMinor)}. Near it, ${[...lines, `costs are ${toMoney(costMinor)}`].join(', ')}.`;
  const why = explainDriver(report, drivers, toMoney);
  return why === null ? where : `${where} ${why}`;
}

/** The driver at whose worse end the mean outcome is lowest. */
function explainDriver(
  { tornado }: Report,
  drivers: RoiAnswer['drivers'],
  toMoney: (minor: number) => string,
): string | null {
  const worstOf = (bar: Report['tornado'][number]) => Math.min(bar.netWhenLowMinor, bar.netWhenHighMinor);
  const [worst] = tornado.toSorted((left, right) => worstOf(left) - worstOf(right));
  if (worst === undefined || worstOf(worst) >= 0) return null;
  const isHighBad = worst.netWhenHighMinor < worst.netWhenLowMinor;
  const driver = drivers.find(({ id }) => id === worst.driver);
  const known = driver === undefined ? '' : `, known from ${driver.source},`;
  const ends = `where it is ${isHighBad ? 'highest' : 'lowest'}, the mean outcome is ${toMoney(worstOf(worst))}; where it is ${isHighBad ? 'lowest' : 'highest'}, ${toMoney(Math.max(worst.netWhenLowMinor, worst.netWhenHighMinor))}`;
  // A share that was counted: the fewer were counted, the wider what it may truly be.
  const hope = driver?.distribution.kind === 'beta' ? ' Every further deployment narrows it.' : '';
  return `What pulls it down is ‘${worst.label}’${known} which leaves it wide open: ${ends}.${hope}`;
}
