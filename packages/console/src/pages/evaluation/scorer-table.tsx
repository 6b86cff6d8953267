import { toCalendarTime } from '@dividend/core/time';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty } from '../../ui/card.tsx';
import { parseExactJson } from '../../ui/exact-json.ts';
import { JsonTree } from '../../ui/json-tree.tsx';
import { When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import { type Scorer, useScorers } from './evaluation.ts';

export function ScorerTable({ experimentId }: { experimentId: string }) {
  const query = useScorers(experimentId);
  return (
    <Card title="Scorers" isFlush>
      <Answer query={query}>
        {(scorers) =>
          scorers.length === 0 ? (
            <Empty>
              {`No scorer is registered. Those of mlflow.genai.scorers get here by scorer.register(experiment_id="${experimentId}").`}
            </Empty>
          ) : (
            <Table
              caption="Scorers"
              rows={scorers}
              keyOf={({ scorer_id }) => scorer_id}
              columns={[
                {
                  title: 'Scorer',
                  cell: ({ scorer_name }) => <span className="font-medium">{scorer_name}</span>,
                },
                { title: 'Version', isNumeric: true, cell: ({ scorer_version }) => scorer_version },
                { title: 'Is', isWide: true, cell: (scorer) => <Definition scorer={scorer} /> },
                {
                  title: 'Registered',
                  cell: ({ creation_time }) => <When at={toCalendarTime(creation_time)} />,
                },
              ]}
            />
          )
        }
      </Answer>
    </Card>
  );
}

/** What clients serialise; what it leaves out says nothing. */
function Definition({ scorer: { serialized_scorer } }: { scorer: Scorer }) {
  const value = parseExactJson(serialized_scorer);
  if (typeof value !== 'object' || value === null)
    return <span className="wrap-anywhere">{serialized_scorer}</span>;
  const said = Object.entries(value).filter(([, each]) => each !== null);
  return <JsonTree value={Object.fromEntries(said)} openLevels={0} />;
}
