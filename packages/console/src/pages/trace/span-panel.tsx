import type { SpanDetail } from '@dividend/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client } from '../../live/client.ts';
import { Answer } from '../../ui/answer.tsx';
import { unpackJson } from '../../ui/exact-json.ts';
import { formatNumber } from '../../ui/format.ts';
import { JsonTree } from '../../ui/json-tree.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { formatNs } from './format-ns.ts';
import { InputsAndOutputs } from './inputs-and-outputs.tsx';
import { readExceptions, readSpan, type SpanReading } from './read-span.ts';
import { boxLook, Section } from './section.tsx';
import type { SpanTree } from './span-tree.ts';
import { SpanTypeIcon } from './span-type.tsx';
import { pathOfTrace } from './use-span-tree.ts';

/** One span with all it holds, read when it is opened. */
export function SpanPanel({ traceId, tree, place }: { traceId: string; tree: SpanTree; place: number }) {
  const spanId = tree.ids[place] as string;
  const query = useQuery<SpanDetail>({
    queryKey: ['span', traceId, spanId],
    queryFn: () => client.get(`${pathOfTrace(traceId)}/spans/${spanId}`),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const type = tree.types[tree.type[place] as number] ?? '';
  const tokens = tree.tokensOf.get(place);
  return (
    <div className="flex flex-col gap-4">
      <header>
        <h2 className="flex items-center gap-2 text-base font-semibold wrap-anywhere">
          <SpanTypeIcon type={type} size={16} />
          {tree.names[tree.name[place] as number]}
        </h2>
        <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-muted">
          <span>{type}</span>
          <span>begun at +{formatNs(tree.starts[place] as number)}</span>
          {tree.isOpen[place] ? (
            <span className="text-accent">has not ended</span>
          ) : (
            <span>
              took {formatNs(tree.durations[place] as number)}, {formatNs(tree.selfNs[place] as number)} of it
              in itself
            </span>
          )}
          {tokens !== undefined && <span>{formatNumber(tokens)} tokens</span>}
          <CopyText text={spanId} what="Copy the span id" />
        </p>
      </header>
      <Answer query={query}>{(span) => <Contents key={spanId} span={span} />}</Answer>
    </div>
  );
}

function Contents({ span }: { span: SpanDetail }) {
  const reading = readSpan(span.attributes);
  const exceptions = readExceptions(span.events);
  return (
    <>
      {(span.status === 'ERROR' || exceptions.length > 0) && (
        <div className="flex flex-col gap-2">
          {exceptions.length === 0 && (
            <Failure title="The span failed" text={span.statusMessage ?? 'It says no reason.'} />
          )}
          {exceptions.map(({ type, message, stack }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one exception may be thrown twice
            <Failure key={index} title={type} text={message} stack={stack} />
          ))}
        </div>
      )}
      <InputsAndOutputs reading={reading} />
      {reading.documents !== undefined && <Documents documents={reading.documents} />}
      <Attributes title="Attributes" attributes={reading.others} />
      {span.events.length > exceptions.length && <Events span={span} />}
      {span.links.length > 0 && <Links links={span.links} />}
    </>
  );
}

function Failure({ title, text, stack }: { title: string; text: string; stack?: string | undefined }) {
  return (
    <div role="alert" className="rounded-md border border-bad/40 bg-bad-soft p-3">
      <p className="font-medium text-bad wrap-anywhere">{title}</p>
      <p className="mt-0.5 whitespace-pre-wrap wrap-anywhere">{text}</p>
      {stack !== undefined && (
        <details className="mt-2">
          <summary className="cursor-pointer text-xs text-muted hover:text-ink">Stack</summary>
          <pre className="mt-1 max-h-96 overflow-auto rounded bg-card p-2 font-mono text-xs leading-relaxed">
            {stack}
          </pre>
        </details>
      )}
    </div>
  );
}

function Documents({ documents }: { documents: NonNullable<SpanReading['documents']> }) {
  return (
    <Section title={`Documents (${formatNumber(documents.length)})`}>
      <ol className="flex flex-col gap-2">
        {documents.slice(0, 50).map(({ text, metadata }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: documents have no other name than their place
          <li key={index} className={boxLook}>
            <p className="whitespace-pre-wrap wrap-anywhere">{text.slice(0, 3_000).toWellFormed()}</p>
            {metadata !== undefined && <JsonTree value={metadata} openLevels={0} />}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Attributes({
  title,
  attributes,
}: {
  title: string;
  attributes: readonly { readonly key: string; readonly value: unknown }[];
}) {
  if (attributes.length === 0) return null;
  return (
    <Section title={title}>
      <dl className={`${boxLook} grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-3 gap-y-1`}>
        {attributes.map(({ key, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a key may come twice
          <div key={index} className="contents">
            <dt className="max-w-64 font-mono text-xs wrap-anywhere text-muted">{key}</dt>
            <dd className="min-w-0">
              <JsonTree value={unpackJson(value)} openLevels={1} />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Events({ span: { events, startedNs } }: { span: SpanDetail }) {
  return (
    <Section title="Events">
      <ol className="flex flex-col gap-2">
        {events.slice(0, 200).map(({ name, atNs, attributes }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: events have no other name than their place
          <li key={index}>
            <p className="mb-1 text-xs">
              <span className="font-medium wrap-anywhere">{name}</span>{' '}
              <span className="text-faint">
                at +{formatNs(Number(BigInt(atNs) - BigInt(startedNs)))} of the span
              </span>
            </p>
            <Attributes title="" attributes={attributes} />
          </li>
        ))}
      </ol>
      {events.length > 200 && (
        <p className="text-xs text-faint">{formatNumber(events.length - 200)} more are not shown.</p>
      )}
    </Section>
  );
}

function Links({ links }: { links: SpanDetail['links'] }) {
  return (
    <Section title="Links">
      <ul className="flex flex-col gap-1">
        {links.slice(0, 100).map(({ traceId, spanId }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span may be linked twice
          <li key={index} className="text-xs">
            <Link
              to="/traces/$traceId"
              params={{ traceId }}
              search={{ span: spanId }}
              className="font-mono text-accent hover:underline"
            >
              {traceId.slice(0, 15)}… / {spanId}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
