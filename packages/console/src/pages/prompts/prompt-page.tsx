import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Ellipsis, Pencil, Tag, TextCursorInput, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  isPrompt,
  type RegisteredModel,
  type RegisteredVersion,
  useRegisteredModel,
  useVersion,
  useVersions,
} from '../../live/registry.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { Menu } from '../../ui/menu.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { Segments } from '../../ui/segments.tsx';
import { AliasesSection } from '../models/aliases-section.tsx';
import { type ModelAction, ModelDialog } from '../models/model-dialogs.tsx';
import { PromptVersion } from './prompt-version.tsx';
import { PromptVersions } from './prompt-versions.tsx';

const crumb = { to: '/prompts', label: 'Prompts' } as const;

export function PromptPage() {
  const { prompt: name } = useParams({ from: '/prompts/$prompt' });
  const query = useRegisteredModel(name);
  return (
    <Answer query={query} isPage>
      {(prompt) =>
        prompt === null || !isPrompt(prompt) ? (
          <Page crumb={crumb} title={name}>
            <Card>
              <Empty>
                No prompt has this name. It may have been renamed or deleted:{' '}
                <Link to="/ledger" search={{ model: name }} className="text-accent hover:underline">
                  what the ledger says of it
                </Link>
              </Empty>
            </Card>
          </Page>
        ) : (
          <Prompt prompt={prompt} />
        )
      }
    </Answer>
  );
}

function Prompt({ prompt }: { prompt: RegisteredModel }) {
  const { name, description, latest } = prompt;
  const search = useSearch({ from: '/prompts/$prompt' });
  const navigate = useNavigate({ from: '/prompts/$prompt' });
  const versions = useVersions(name, { isPrompt: true });
  const number = search.version ?? latest?.version;
  const choose = (change: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  return (
    <Page
      crumb={crumb}
      title={name}
      subtitle={description === '' ? undefined : description}
      actions={
        <>
          <Segments
            label="Shown"
            options={[
              { value: '', label: 'Versions' },
              { value: 'aliases', label: 'Aliases over time' },
            ]}
            value={search.tab ?? ''}
            onChange={(tab) => choose({ tab })}
          />
          <Actions prompt={prompt} />
        </>
      }
    >
      {search.tab === 'aliases' ? (
        <AliasesSection
          model={name}
          kind="prompt"
          current={prompt.aliases.map(({ alias }) => alias)}
          protectedAliases={[]}
          alias={search.alias}
          at={search.at}
          onChoose={choose}
        />
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <Card title="Versions" isFlush>
            <PagesAnswer query={versions}>
              {(items) => (
                <PromptVersions
                  prompt={prompt}
                  versions={items}
                  selected={number}
                  onSelect={(version) => choose({ version })}
                />
              )}
            </PagesAnswer>
          </Card>
          {number === undefined ? (
            <Card>
              <Empty>It has no version yet.</Empty>
            </Card>
          ) : (
            <Selected name={name} number={number} known={versions.data ?? []}>
              {(version) => (
                <PromptVersion
                  key={version.version}
                  prompt={prompt}
                  version={version}
                  others={(versions.data ?? []).map((each) => each.version)}
                  base={search.base}
                  isInline={search.layout === 'inline'}
                  onChoose={choose}
                />
              )}
            </Selected>
          )}
        </div>
      )}
    </Page>
  );
}

/** One version: of the list where it is there, else asked for. */
function Selected({
  name,
  number,
  known,
  children,
}: {
  name: string;
  number: string;
  known: readonly RegisteredVersion[];
  children: (version: RegisteredVersion) => React.ReactNode;
}) {
  const listed = known.find(({ version }) => version === number);
  const query = useVersion(name, number, listed === undefined);
  return listed === undefined ? <Answer query={query}>{children}</Answer> : children(listed);
}

function Actions({ prompt }: { prompt: RegisteredModel }) {
  const [action, setAction] = useState<ModelAction>();
  return (
    <>
      <Menu
        items={[
          { label: 'Describe', icon: Pencil, run: () => setAction('describe') },
          { label: 'Set a tag', icon: Tag, run: () => setAction('tag') },
          { label: 'Rename', icon: TextCursorInput, run: () => setAction('rename') },
          { label: 'Delete', icon: Trash2, isDanger: true, run: () => setAction('delete') },
        ]}
        trigger={
          <button
            type="button"
            aria-label={`Actions on ${prompt.name}`}
            className="cursor-pointer rounded-md p-1 text-faint hover:bg-raised hover:text-ink"
          >
            <Ellipsis size={16} aria-hidden />
          </button>
        }
      />
      {action !== undefined && (
        <ModelDialog action={action} model={prompt} kind="prompt" onClose={() => setAction(undefined)} />
      )}
    </>
  );
}
