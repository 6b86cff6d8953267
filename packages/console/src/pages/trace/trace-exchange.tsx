import type { SpanDetail, TraceDetail } from '@dividend/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../live/client.ts';
import { Answer } from '../../ui/answer.tsx';
import { unpackJson } from '../../ui/exact-json.ts';
import { InputsAndOutputs } from './inputs-and-outputs.tsx';
import { readSpan, type SpanReading } from './read-span.ts';
import { pathOfTrace } from './use-span-tree.ts';

/** What a trace was asked and what it answered: by its first span, or by its previews where that has none of it. */
export function TraceExchange({ trace }: { trace: TraceDetail }) {
  const { traceId, rootSpanId } = trace;
  const query = useQuery({
    queryKey: ['span', traceId, rootSpanId],
    queryFn: () => client.get<SpanDetail>(`${pathOfTrace(traceId)}/spans/${rootSpanId}`),
    enabled: rootSpanId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const previews = toPreviews(trace);
  if (rootSpanId === null) return <Exchange reading={previews} />;
  return (
    <Answer query={query}>
      {({ attributes }) => {
        const { inputs, outputs, chat } = readSpan(attributes);
        return (
          <Exchange
            reading={{ inputs: inputs ?? previews.inputs, outputs: outputs ?? previews.outputs, chat }}
          />
        );
      }}
    </Answer>
  );
}

type Reading = Pick<SpanReading, 'inputs' | 'outputs' | 'chat'>;

function Exchange({ reading }: { reading: Reading }) {
  const { inputs, outputs, chat } = reading;
  if (inputs === undefined && outputs === undefined && chat === undefined)
    return <p className="text-faint">It holds neither inputs nor outputs.</p>;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <InputsAndOutputs reading={reading} />
    </div>
  );
}

function toPreviews({ requestPreview, responsePreview }: TraceDetail): Reading {
  const toSent = (text: string | null) =>
    text === null || text === '' ? undefined : { value: unpackJson(text), text };
  return { inputs: toSent(requestPreview), outputs: toSent(responsePreview), chat: undefined };
}
