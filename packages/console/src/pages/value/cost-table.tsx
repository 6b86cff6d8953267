import type { CostAnswer } from '@dividend/contracts/api';
import { formatMinor, formatNumber, toTitle, toWords } from '../../ui/format.ts';
import { Bar } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';
import { EntriesLink } from './entries-link.tsx';

type Category = CostAnswer['categories'][number];

export function CostTable({ answer }: { answer: CostAnswer }) {
  const { categories, currency, minorUnitDigits } = answer;
  const money = (minor: number | null | undefined) => formatMinor(minor, currency, minorUnitDigits);
  const top = Math.max(
    1,
    ...categories.flatMap(({ perDeploymentMinor, baseline }) => [
      perDeploymentMinor ?? 0,
      baseline.perDeploymentMinor ?? 0,
    ]),
  );
  const toPercent = (minor: number | null) => (minor === null ? null : (minor / top) * 100);
  return (
    <Table
      caption="Cost per deployment by category"
      rows={categories}
      keyOf={({ category }) => category}
      columns={[
        { title: 'Category', cell: (line) => <CategoryName line={line} currency={currency} /> },
        {
          title: 'Now, and by hand below it',
          isWide: true,
          cell: ({ perDeploymentMinor, baseline }) => (
            <div className="flex min-w-40 flex-col gap-1.5 pt-1.5">
              <KnownBar percent={toPercent(perDeploymentMinor)} tone="bg-accent" />
              <KnownBar percent={toPercent(baseline.perDeploymentMinor)} tone="bg-faint/70" />
            </div>
          ),
        },
        { title: 'Now', isNumeric: true, cell: ({ perDeploymentMinor }) => money(perDeploymentMinor) },
        { title: 'By hand', isNumeric: true, cell: ({ baseline }) => money(baseline.perDeploymentMinor) },
        { title: 'Saved', isNumeric: true, cell: ({ savedMinor }) => money(savedMinor) },
        {
          title: 'Share by hand',
          isNumeric: true,
          cell: ({ baselineSharePercent }) =>
            baselineSharePercent === null ? '–' : `${baselineSharePercent.toFixed(0)} %`,
        },
        {
          title: 'As published (A0)',
          isNumeric: true,
          cell: ({ publishedSharePercent }) => <span className="text-muted">{publishedSharePercent} %</span>,
        },
        { title: 'How known', cell: ({ status }) => <Status state={status} /> },
        { title: 'Behind it', cell: ({ entryIds }) => <EntriesLink ids={entryIds} /> },
      ]}
    />
  );
}

/** A category with the hours that are in it. */
function CategoryName({
  line: { category, components, note },
  currency,
}: {
  line: Category;
  currency: string;
}) {
  return (
    <span className="flex min-w-44 flex-col">
      <span className="font-medium">{toTitle(category)}</span>
      {components.map(({ label, quantity, unit, unitPrice }) => (
        <span key={label} className="text-xs text-faint" title={unitPrice?.source}>
          {formatNumber(quantity, 3)} {toWords(unit)}
          {quantity === 1 ? '' : 's'} of {toWords(label)}
          {unitPrice !== null && ` at ${unitPrice.amount} ${currency}`}
        </span>
      ))}
      {note !== '' && <span className="text-xs text-faint">{note}</span>}
    </span>
  );
}

/** An empty bar would read as zero; the unknown has none. */
function KnownBar({ percent, tone }: { percent: number | null; tone: string }) {
  return percent === null ? (
    <span className="text-xs leading-none text-faint">not known</span>
  ) : (
    <Bar percent={percent} tone={tone} />
  );
}
