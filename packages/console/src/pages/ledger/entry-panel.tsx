import type { LedgerEntryDetail } from '@dividend/contracts/api';
import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type ReactNode, useEffect } from 'react';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { formatNumber, formatTime } from '../../ui/format.ts';
import { CopyText } from '../../ui/small-parts.tsx';
import { SubjectLink } from './subject-link.tsx';

/** One entry as it was hashed; `j` and `k` go on to the one below and above. */
export function EntryPanel({
  id,
  neighbours: { above, below },
  onGo,
  onClose,
}: {
  id: string;
  neighbours: { readonly above: string | undefined; readonly below: string | undefined };
  onGo: (id: string) => void;
  onClose: () => void;
}) {
  const path = `/api/v1/ledger/entries/${encodeURIComponent(id)}`;
  const query = useApi<LedgerEntryDetail>(path);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const next = event.key === 'j' ? below : event.key === 'k' ? above : undefined;
      if (next !== undefined && !event.metaKey && !event.ctrlKey && !event.altKey) onGo(next);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [above, below, onGo]);
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-50 flex w-[44rem] max-w-full flex-col border-l border-line bg-card shadow-2xl outline-none"
        >
          <header className="flex items-center gap-1 border-b border-line px-5 py-3">
            <Dialog.Title className="flex-1 truncate text-base font-semibold">
              {query.data?.type ?? 'Entry'}
            </Dialog.Title>
            <PanelButton label="The one above: k" go={above} onGo={onGo}>
              <ChevronUp size={17} aria-hidden />
            </PanelButton>
            <PanelButton label="The one below: j" go={below} onGo={onGo}>
              <ChevronDown size={17} aria-hidden />
            </PanelButton>
            <Dialog.Close
              aria-label="Close"
              className="cursor-pointer rounded-md p-1.5 text-muted hover:bg-raised hover:text-ink"
            >
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          <div className="overflow-y-auto px-5 py-4">
            <Answer query={query}>{(entry) => <EntryFacts entry={entry} path={path} />}</Answer>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PanelButton({
  label,
  go,
  onGo,
  children,
}: {
  label: string;
  go: string | undefined;
  onGo: (id: string) => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      disabled={go === undefined}
      onClick={() => go !== undefined && onGo(go)}
      className="cursor-pointer rounded-md p-1.5 text-muted hover:bg-raised hover:text-ink disabled:cursor-default disabled:opacity-35"
    >
      {children}
    </button>
  );
}

function EntryFacts({ entry, path }: { entry: LedgerEntryDetail; path: string }) {
  const proofPath = `${path}/proof`;
  return (
    <>
      <dl className="grid grid-cols-[6.5rem_1fr] gap-y-2">
        <Fact name="Sequence">{entry.seq === null ? 'not sealed yet' : formatNumber(entry.seq)}</Fact>
        <Fact name="Time">{formatTime(entry.time)}</Fact>
        <Fact name="By">{entry.actor}</Fact>
        <Fact name="About">
          <SubjectLink subject={entry.subject} />
        </Fact>
        <Fact name="Id">
          <CopyText text={entry.id} />
        </Fact>
        <Fact name="Leaf hash">{entry.leafHash === null ? '–' : <CopyText text={entry.leafHash} />}</Fact>
        <Fact name="Proof">
          {entry.seq === null ? (
            'once it is sealed'
          ) : (
            <CopyText
              text={`curl ${location.origin}${proofPath}`}
              shown={`curl …${proofPath.slice(proofPath.lastIndexOf('/entries'))}`}
              what="Copy the command that fetches the proof that this entry is in the ledger"
            />
          )}
        </Fact>
      </dl>
      <h3 className="mt-5 mb-2 flex items-center justify-between gap-3 font-medium">
        What was hashed
        <CopyText text={entry.canonical} shown="copy as hashed" what="Copy the canonical text" />
      </h3>
      <pre className="overflow-x-auto rounded-md bg-raised p-3 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap">
        {JSON.stringify(JSON.parse(entry.canonical), null, 2)}
      </pre>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
