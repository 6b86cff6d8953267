import { useState } from 'react';
import { JsonTree } from '../../ui/json-tree.tsx';
import { Segments } from '../../ui/segments.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { ChatView } from './chat-view.tsx';
import { readChat } from './read-chat.ts';
import type { SpanReading } from './read-span.ts';
import { boxLook, Section } from './section.tsx';

/** What went in and came out: a conversation as such, everything else as JSON. */
export function InputsAndOutputs({
  reading: { inputs, outputs, chat },
}: {
  reading: Pick<SpanReading, 'inputs' | 'outputs' | 'chat'>;
}) {
  const messages = chat ?? readChat(inputs?.value, outputs?.value);
  const [isRaw, setRaw] = useState(false);
  if (messages !== undefined && !isRaw) {
    return (
      <Section title="Conversation" aside={<AsChat isRaw={isRaw} onRaw={setRaw} />}>
        <ChatView messages={messages} />
      </Section>
    );
  }
  return (
    <>
      {messages !== undefined && <AsChat isRaw={isRaw} onRaw={setRaw} />}
      <Value title="Inputs" sent={inputs} />
      <Value title="Outputs" sent={outputs} />
    </>
  );
}

function AsChat({ isRaw, onRaw }: { isRaw: boolean; onRaw: (isRaw: boolean) => void }) {
  return (
    <Segments
      label="Inputs and outputs as"
      options={[
        { value: 'chat', label: 'Chat' },
        { value: 'raw', label: 'JSON' },
      ]}
      value={isRaw ? 'raw' : 'chat'}
      onChange={(next) => onRaw(next === 'raw')}
    />
  );
}

function Value({ title, sent }: { title: string; sent: SpanReading['inputs'] }) {
  if (sent === undefined) return null;
  return (
    <Section
      title={title}
      aside={<CopyText text={sent.text} shown="copy" what={`Copy the ${title.toLowerCase()}`} />}
    >
      <div className={boxLook}>
        <JsonTree value={sent.value} openLevels={3} />
      </div>
    </Section>
  );
}
