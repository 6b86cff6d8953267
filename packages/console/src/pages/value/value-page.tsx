import type { ModelSummary } from '@dividend/contracts/api';
import type { Page as ListPage } from '@dividend/sdk';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { Select } from '../../ui/select.tsx';
import { BaselineSection } from './baseline-section.tsx';
import { CostSection } from './cost-section.tsx';
import { DoraSection } from './dora-section.tsx';
import { DriftLagSection } from './drift-lag-section.tsx';
import { PublishedSection } from './published-section.tsx';
import { RoiSection } from './roi-section.tsx';

export function ValuePage() {
  const models = useApi<ListPage<ModelSummary>>('/api/v1/models');
  const search = useSearch({ from: '/value' });
  const navigate = useNavigate({ from: '/value' });
  const names = models.data?.items.map(({ name }) => name) ?? [];
  const model = search.model ?? names[0];
  return (
    <Page
      title="Value"
      subtitle="Computed from ledger entries and a price book; every figure opens to the entries behind it"
      actions={
        names.length > 1 &&
        model !== undefined && (
          <Select
            label="Model"
            value={model}
            options={names.map((name) => ({ value: name, label: name }))}
            onChange={(next) => void navigate({ search: { model: next }, resetScroll: false })}
          />
        )
      }
    >
      <Answer query={models}>
        {() =>
          model === undefined ? (
            <Card>
              <Empty command="dividend apply examples/flights/dividend.yaml">
                There are no books before there is a model.
              </Empty>
            </Card>
          ) : (
            <>
              <DoraSection model={model} />
              <CostSection model={model} />
              <RoiSection model={model} />
              <DriftLagSection model={model} />
              <BaselineSection model={model} />
              <PublishedSection />
            </>
          )
        }
      </Answer>
    </Page>
  );
}
