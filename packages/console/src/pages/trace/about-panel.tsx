import type { TraceDetail } from '@dividend/contracts/api';
import { Pencil } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { deleteTraceTag, setTraceTag } from '../../live/traces.ts';
import { Button } from '../../ui/button.tsx';
import { unpackJson } from '../../ui/exact-json.ts';
import { JsonTree } from '../../ui/json-tree.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { TagDialog } from '../../ui/tag-dialog.tsx';

const mostTagCharacters = 8_000;

/** Tags, and what clients noted about a trace. */
export function AboutPanel({ trace }: { trace: TraceDetail }) {
  const [isTagging, setTagging] = useState(false);
  const { traceId, tags, metadata, clientRequestId, requestPreview, responsePreview } = trace;
  const name = trace.name ?? traceId;
  return (
    <div className="flex flex-col gap-4">
      <Facts
        title="Tags"
        facts={tags}
        aside={
          <Button onClick={() => setTagging(true)}>
            <Pencil size={13} aria-hidden /> Set a tag
          </Button>
        }
      />
      <Facts title="Metadata" facts={metadata} />
      {clientRequestId !== null && (
        <p>
          <span className="text-muted">Client request id</span> <CopyText text={clientRequestId} />
        </p>
      )}
      <Preview title="Request" text={requestPreview} />
      <Preview title="Response" text={responsePreview} />
      {isTagging && (
        <TagDialog
          of={name}
          tags={tags}
          maxValue={mostTagCharacters}
          set={(key, value) => setTraceTag(traceId, key, value)}
          remove={(key) => deleteTraceTag(traceId, key)}
          onClose={() => setTagging(false)}
        />
      )}
    </div>
  );
}

function Facts({
  title,
  facts,
  aside,
}: {
  title: string;
  facts: Readonly<Record<string, string>>;
  aside?: ReactNode;
}) {
  const entries = Object.entries(facts);
  return (
    <section>
      <h3 className="mb-1.5 flex items-center justify-between gap-2 font-medium">
        {title} {aside}
      </h3>
      {entries.length === 0 ? (
        <p className="text-faint">none</p>
      ) : (
        <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-3 gap-y-1 rounded-md border border-line bg-page p-2">
          {entries.map(([key, value]) => (
            <div key={key} className="contents">
              <dt className="max-w-64 font-mono text-xs wrap-anywhere text-muted">{key}</dt>
              <dd className="min-w-0">
                <JsonTree value={unpackJson(value)} openLevels={1} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function Preview({ title, text }: { title: string; text: string | null }) {
  if (text === null || text === '') return null;
  return (
    <section>
      <h3 className="mb-1.5 font-medium">{title}</h3>
      <div className="overflow-x-auto rounded-md border border-line bg-page p-2">
        <JsonTree value={unpackJson(text)} />
      </div>
    </section>
  );
}
