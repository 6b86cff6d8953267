import type { Overview } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { Card } from '../../ui/card.tsx';
import { measureWords } from '../../ui/measures.ts';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';

const shown = 5;

interface Problem {
  readonly id: string;
  readonly kind: 'incident' | 'alarm';
  readonly endpoint: string;
  readonly title: string;
  readonly detail: string;
  /** The chart that shows it. */
  readonly chart: { readonly column?: string; readonly measure?: string };
  readonly at: string;
}

/** What is wrong now. An alarm that became an incident is told once, as the incident. */
export function Problems({ overview: { alarms, incidents } }: { overview: Overview }) {
  const problems: Problem[] = [
    ...incidents.map(({ id, endpoint, title, detectedAt }) => {
      const [head = title, detail = ''] = title.split(/: (.*)/s);
      const alarm = alarms.find(({ subject }) => title.includes(`'${subject}'`));
      const chart = alarm ? toChart(alarm.subject) : {};
      return { id, kind: 'incident' as const, endpoint, title: head, detail, chart, at: detectedAt };
    }),
    ...alarms
      .filter(({ subject }) => !incidents.some(({ title }) => title.includes(`'${subject}'`)))
      .map(({ id, endpoint, subject, detail, raisedAt }) => ({
        id,
        kind: 'alarm' as const,
        endpoint,
        title: `Alarm on '${subject}'`,
        detail,
        chart: toChart(subject),
        at: raisedAt,
      })),
  ];
  const [first] = problems;
  return (
    <Card
      title="Alarms and incidents"
      aside={`${incidents.length} ${incidents.length === 1 ? 'incident' : 'incidents'} open, ${alarms.length} ${alarms.length === 1 ? 'alarm' : 'alarms'} raised`}
    >
      {problems.length === 0 && <Status state="ok" label="nothing is wrong" />}
      <ul className="flex flex-col gap-3.5">
        {problems.slice(0, shown).map((problem) => (
          <Line key={problem.id} problem={problem} />
        ))}
      </ul>
      {first && problems.length > shown && (
        <Link
          to="/monitoring/$endpoint"
          params={{ endpoint: first.endpoint }}
          className="mt-3 inline-block text-xs text-accent"
        >
          {problems.length - shown} more
        </Link>
      )}
    </Card>
  );
}

function toChart(subject: string): Problem['chart'] {
  return subject in measureWords ? { measure: subject } : { column: subject };
}

function Line({ problem: { kind, endpoint, title, detail, chart, at } }: { problem: Problem }) {
  return (
    <li>
      <div className="flex items-center justify-between gap-3">
        <Link
          to="/monitoring/$endpoint"
          params={{ endpoint }}
          search={chart}
          className="truncate font-medium hover:text-accent"
        >
          {title}
        </Link>
        <Status state={kind === 'incident' ? 'open' : 'raised'} label={kind} />
      </div>
      <p className="truncate text-xs text-muted" title={detail}>
        <When at={at} />
        {detail !== '' && `: ${detail}`}
      </p>
    </li>
  );
}
