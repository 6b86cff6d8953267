import { useNavigate } from '@tanstack/react-router';
import { Pencil, Tag } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { RegisteredModel } from '../../live/registry.ts';
import { FoldedMarkdown } from '../../markdown/folded-markdown.tsx';
import { When } from '../../ui/small-parts.tsx';
import { TagChips } from '../../ui/tag-chips.tsx';
import { type ModelAction, ModelDialog } from './model-dialogs.tsx';

/** What people say of a model. */
export function About({ model }: { model: RegisteredModel }) {
  const navigate = useNavigate();
  const [action, setAction] = useState<ModelAction>();
  return (
    <>
      <AboutCard
        description={model.description}
        tags={
          <TagChips
            tags={model.tags}
            onTag={(filter) => void navigate({ to: '/models', search: { q: filter } })}
          />
        }
        times={
          <>
            registered <When at={model.createdAt} />, changed <When at={model.updatedAt} />
          </>
        }
        onDescribe={() => setAction('describe')}
        onTag={() => setAction('tag')}
      />
      {action !== undefined && (
        <ModelDialog action={action} model={model} kind="model" onClose={() => setAction(undefined)} />
      )}
    </>
  );
}

export function AboutCard({
  description,
  tags,
  times,
  onDescribe,
  onTag,
}: {
  description: string;
  tags: ReactNode;
  times: ReactNode;
  onDescribe: () => void;
  onTag: () => void;
}) {
  return (
    <section
      aria-label="About"
      className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3 rounded-lg border border-line bg-card px-4 py-3"
    >
      <div className="flex min-w-0 flex-[2_1_24rem] items-start gap-2">
        {description === '' ? (
          <p className="text-faint">No description</p>
        ) : (
          <FoldedMarkdown text={description} />
        )}
        <EditButton label="Describe" icon={<Pencil size={13} aria-hidden />} onClick={onDescribe} />
      </div>
      <div className="flex min-w-0 items-start gap-2">
        {tags}
        <EditButton label="Set a tag" icon={<Tag size={13} aria-hidden />} onClick={onTag} />
      </div>
      <p className="text-xs text-faint">{times}</p>
    </section>
  );
}

function EditButton({ label, icon, onClick }: { label: string; icon: ReactNode; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="shrink-0 cursor-pointer rounded-md p-1 text-faint hover:bg-raised hover:text-ink"
    >
      {icon}
    </button>
  );
}
