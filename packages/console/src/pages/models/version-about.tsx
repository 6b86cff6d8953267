import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { changeRegistry, type RegisteredVersion } from '../../live/registry.ts';
import { When } from '../../ui/small-parts.tsx';
import { TagChips } from '../../ui/tag-chips.tsx';
import { TagDialog } from '../../ui/tag-dialog.tsx';
import { AboutCard } from './about.tsx';
import { DescribeDialog } from './model-dialogs.tsx';
import { toOwnTags } from './own-tags.ts';

const maxTagLength = 100_000;

export function VersionAbout({ version }: { version: RegisteredVersion }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState<'describe' | 'tag'>();
  const of = `version ${version.version} of ${version.model}`;
  const input = { name: version.model, version: version.version };
  const close = () => setAsked(undefined);
  return (
    <>
      <AboutCard
        description={version.description}
        tags={
          <TagChips
            tags={toOwnTags(version.tags)}
            onTag={(filter) => void navigate({ to: '/models', search: { q: filter } })}
          />
        }
        times={
          <>
            changed <When at={version.updatedAt} />
          </>
        }
        onDescribe={() => setAsked('describe')}
        onTag={() => setAsked('tag')}
      />
      {asked === 'describe' && (
        <DescribeDialog
          of={of}
          description={version.description}
          save={(description) => changeRegistry('model-versions/update', { ...input, description }, 'PATCH')}
          onClose={close}
        />
      )}
      {asked === 'tag' && (
        <TagDialog
          of={of}
          tags={version.tags}
          maxValue={maxTagLength}
          set={(key, value) => changeRegistry('model-versions/set-tag', { ...input, key, value })}
          remove={(key) => changeRegistry('model-versions/delete-tag', { ...input, key }, 'DELETE')}
          onClose={close}
        />
      )}
    </>
  );
}
