import type { PublishedAnswer } from '@dividend/contracts/api';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card } from '../../ui/card.tsx';
import { formatMinor, formatPercent } from '../../ui/format.ts';
import { Table } from '../../ui/table.tsx';

type Example = PublishedAnswer['example'];

/** The worked example of article A0, worked again; never a user's own figures. */
export function PublishedSection() {
  const query = useApi<PublishedAnswer>('/api/v1/value/published-example');
  return (
    <Card title="Published example (A0)" aside="the article's figures, not yours" isFlush>
      <Answer query={query}>
        {({ example }) => (
          <Table
            caption="The published example and how each end arises"
            rows={toRows(example)}
            keyOf={({ name }) => name}
            columns={[
              {
                title: 'Figure',
                cell: ({ name }) => <span className="font-medium whitespace-nowrap">{name}</span>,
              },
              { title: 'Low', isNumeric: true, cell: ({ low }) => low },
              { title: 'High', isNumeric: true, cell: ({ high }) => high },
              {
                title: 'How they arise',
                isWide: true,
                cell: ({ derivation }) => (
                  <span className="min-w-60 text-xs text-muted">
                    {derivation ?? 'as the article gives it'}
                  </span>
                ),
              },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

interface Row {
  readonly name: string;
  readonly low: string;
  readonly high: string;
  readonly derivation?: string;
}

function toRows(example: Example): Row[] {
  const dollars = (value: number) => formatMinor(value, 'USD', 0);
  return [
    toRow('Labour saved per deployment', example.labourPerDeployment, dollars),
    toRow('Compliance work saved per deployment', example.compliancePerDeployment, dollars),
    toRow('Incidents avoided a year', example.incidentsAvoided, dollars),
    toRow('Total benefit a year', example.total, dollars),
    toRow('Net return', example.netReturn, formatPercent),
    toRow('Payback, months', example.paybackMonths, (months) => months.toFixed(1)),
  ];
}

function toRow(
  name: string,
  range: { low: number; high: number; lowDerivation?: string; highDerivation?: string },
  format: (value: number) => string,
): Row {
  const row = { name, low: format(range.low), high: format(range.high) };
  return range.lowDerivation === undefined
    ? row
    : { ...row, derivation: `${range.lowDerivation}; ${range.highDerivation ?? ''}` };
}
