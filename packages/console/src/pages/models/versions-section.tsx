import type { ModelDetail } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { GitCompare } from 'lucide-react';
import { useState } from 'react';
import { type RegisteredModel, useVersions } from '../../live/registry.ts';
import { Card, Empty } from '../../ui/card.tsx';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { Command } from '../../ui/small-parts.tsx';
import { RemoveAliasDialog, SetAliasDialog } from './alias-dialogs.tsx';
import { VersionTable } from './version-table.tsx';

type Asked =
  | { readonly kind: 'set'; readonly version: string }
  | { readonly kind: 'remove'; readonly version: string; readonly alias: string };

/** All versions of a model, newest first; two of them can be compared. */
export function VersionsSection({
  model,
  detail,
  protectedAliases,
}: {
  model: RegisteredModel;
  /** Undefined without a spec. */
  detail: ModelDetail | undefined;
  protectedAliases: readonly string[];
}) {
  const query = useVersions(model.name);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [asked, setAsked] = useState<Asked>();
  // A third one takes the place of the first.
  const pick = (version: string) =>
    setPicked((before) =>
      before.includes(version) ? before.filter((each) => each !== version) : [...before, version].slice(-2),
    );
  return (
    <>
      <Card title="Versions" aside={<Compare model={model.name} picked={picked} />} isFlush>
        <PagesAnswer query={query}>
          {(versions) =>
            versions.length === 0 ? (
              <NoVersion model={model.name} />
            ) : (
              <VersionTable
                versions={versions}
                model={model}
                detail={detail}
                protectedAliases={protectedAliases}
                picked={picked}
                onPick={pick}
                onSetAlias={(version) => setAsked({ kind: 'set', version })}
                onRemoveAlias={(alias, version) => setAsked({ kind: 'remove', alias, version })}
              />
            )
          }
        </PagesAnswer>
      </Card>
      {asked?.kind === 'set' && (
        <SetAliasDialog
          model={model}
          version={asked.version}
          protectedAliases={protectedAliases}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked?.kind === 'remove' && (
        <RemoveAliasDialog
          model={model.name}
          alias={asked.alias}
          version={asked.version}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

/** As a line of Python: a name that somebody gave stays a text there, which in a shell it need not. */
function NoVersion({ model }: { model: string }) {
  return (
    <Empty>
      <span className="mb-3 block">No version is registered yet. Training code adds one:</span>
      <Command isCode text={`mlflow.register_model("runs:/<run id>/model", ${JSON.stringify(model)})`} />
    </Empty>
  );
}

function Compare({ model, picked }: { model: string; picked: readonly string[] }) {
  const [from, to] = picked.toSorted((one, other) => Number(one) - Number(other));
  if (from === undefined || to === undefined) return <>tick two to compare them</>;
  return (
    <Link
      to="/models/$model/compare"
      params={{ model }}
      search={{ from, to }}
      className="inline-flex items-center gap-1.5 font-medium text-accent hover:underline"
    >
      <GitCompare size={13} aria-hidden /> Compare {from} and {to}
    </Link>
  );
}
