import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useCallback, useState } from 'react';
import { isPromptFilter, useRegisteredModels } from '../../live/registry.ts';
import { toRegistryFilter } from '../../live/registry-filter.ts';
import { Button } from '../../ui/button.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Select } from '../../ui/select.tsx';
import { When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import { TagChips } from '../../ui/tag-chips.tsx';
import { AliasChip } from '../models/alias-chip.tsx';
import { toOwnTags } from '../models/own-tags.ts';
import { VersionLink } from '../models/version-link.tsx';
import { PromptForm } from './prompt-form.tsx';

/** What is not here is by name. */
const orders = [
  { value: '', label: 'by name' },
  { value: 'last_updated_timestamp DESC', label: 'last changed first' },
  { value: 'creation_timestamp DESC', label: 'newest first' },
];

export function PromptsPage() {
  const { q = '', order = '' } = useSearch({ from: '/prompts' });
  const navigate = useNavigate({ from: '/prompts' });
  const [isNew, setNew] = useState(false);
  const change = useCallback(
    (part: { q?: string; order?: string }) =>
      void navigate({ search: (before) => ({ ...before, ...part }), replace: true }),
    [navigate],
  );
  const changeQ = useCallback((text: string) => change({ q: text }), [change]);
  const query = useRegisteredModels(toRegistryFilter(q, isPromptFilter), {
    order: order === '' ? undefined : order,
  });
  return (
    <Page
      title="Prompts"
      subtitle="Templates in versions; applications load them by alias"
      actions={
        <>
          <SearchField label="Name, or tags.team = 'ops'" value={q} onChange={changeQ} />
          <Select label="Order" value={order} options={orders} onChange={(next) => change({ order: next })} />
          <Button look="accent" onClick={() => setNew(true)}>
            <Plus size={14} aria-hidden /> New prompt
          </Button>
        </>
      }
    >
      <Card isFlush>
        <PagesAnswer query={query} more="Show more">
          {(prompts) =>
            prompts.length === 0 ? (
              <NoPrompt isSearch={q !== ''} />
            ) : (
              <Table
                caption="Prompts"
                rows={prompts}
                keyOf={({ name }) => name}
                columns={[
                  {
                    title: 'Prompt',
                    isWide: true,
                    cell: ({ name, description }) => (
                      <>
                        <Link
                          to="/prompts/$prompt"
                          params={{ prompt: name }}
                          className="font-medium wrap-anywhere text-accent hover:underline"
                        >
                          {name}
                        </Link>
                        <div className="line-clamp-1 text-xs wrap-anywhere text-faint">{description}</div>
                      </>
                    ),
                  },
                  {
                    title: 'Latest',
                    cell: ({ name, latest }) =>
                      latest === undefined ? (
                        <span className="whitespace-nowrap text-faint">no version</span>
                      ) : (
                        <span className="whitespace-nowrap">
                          <VersionLink name={name} version={latest.version} kind="prompt" />
                          <span className="block text-xs text-faint">
                            <When at={latest.createdAt} />
                          </span>
                        </span>
                      ),
                  },
                  {
                    title: 'Aliases',
                    cell: ({ name, aliases }) => (
                      <span className="flex max-w-64 min-w-24 flex-wrap gap-1">
                        {aliases.map(({ alias, version }) => (
                          <AliasChip key={alias} model={name} kind="prompt" alias={alias} version={version} />
                        ))}
                      </span>
                    ),
                  },
                  {
                    title: 'Tags',
                    cell: ({ tags }) => <TagChips tags={toOwnTags(tags)} onTag={changeQ} />,
                  },
                  { title: 'Changed', cell: ({ updatedAt }) => <When at={updatedAt} /> },
                ]}
              />
            )
          }
        </PagesAnswer>
      </Card>
      {isNew && <PromptForm onClose={() => setNew(false)} />}
    </Page>
  );
}

function NoPrompt({ isSearch }: { isSearch: boolean }) {
  return isSearch ? (
    <Empty>No prompt fits. Look for a part of its name, or filter as MLflow does: tags.team = 'ops'</Empty>
  ) : (
    <Empty command={`python -c "import mlflow; mlflow.genai.register_prompt('greet', 'Hello {{name}}!')"`}>
      No prompt yet. Register one from your code, with MLFLOW_TRACKING_URI={location.origin}
    </Empty>
  );
}
