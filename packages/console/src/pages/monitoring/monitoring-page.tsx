import type { Alarm, MonitoringReport } from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Page } from '../../ui/card.tsx';
import { Hint } from '../../ui/hint.tsx';
import { Segments } from '../../ui/segments.tsx';
import { DriftSection } from './drift-section.tsx';
import { EventsSection } from './events-section.tsx';
import { PerformanceSection } from './performance-section.tsx';
import { TrafficSection } from './traffic-section.tsx';

const none: readonly Alarm[] = [];
/** As many as windows of a few years can raise. */
const alarmLimit = 200;

export function MonitoringPage() {
  const { endpoint } = useParams({ from: '/monitoring/$endpoint' });
  const search = useSearch({ from: '/monitoring/$endpoint' });
  const navigate = useNavigate({ from: '/monitoring/$endpoint' });
  const query = useApi<MonitoringReport>(`/api/v1/endpoints/${encodeURIComponent(endpoint)}/monitoring`);
  const alarms = useApi<ListPage<Alarm>>(
    `/api/v1/alarms?endpoint=${encodeURIComponent(endpoint)}&limit=${alarmLimit}`,
  );
  const choose = (change: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...change }, replace: true, resetScroll: false });
  const isTable = search.view === 'table';
  return (
    <Answer query={query} isPage>
      {(report) => (
        <Page
          crumb={{ to: '/monitoring', label: 'Monitoring' }}
          title={report.endpoint}
          subtitle={
            <>
              {report.version === null ? (
                'No version in production'
              ) : (
                <Link
                  to="/models/$model/versions/$version"
                  params={{ model: report.model, version: report.version }}
                  className="hover:text-accent"
                >
                  Version {report.version} in production
                </Link>
              )}
              ; windows of {report.window} of event time{' '}
              <Hint about="event time">
                The time that a request speaks of, such as the departure of a flight, not the time it came: a
                replay of the past falls into the windows of the past.
              </Hint>
            </>
          }
          actions={
            <Segments
              label="Shown as"
              options={[
                { value: 'chart', label: 'Charts' },
                { value: 'table', label: 'Tables' },
              ]}
              value={isTable ? 'table' : 'chart'}
              onChange={(view) => choose({ view })}
            />
          }
        >
          <TrafficSection report={report} isTable={isTable} />
          <PerformanceSection
            report={report}
            alarms={alarms.data?.items ?? none}
            isTable={isTable}
            measureName={search.measure}
            onMeasure={(measure) => choose({ measure })}
          />
          <DriftSection
            report={report}
            alarms={alarms.data?.items ?? none}
            isTable={isTable}
            columnName={search.column}
            onColumn={(column) => choose({ column })}
          />
          <EventsSection model={report.model} alarms={alarms} />
        </Page>
      )}
    </Answer>
  );
}
