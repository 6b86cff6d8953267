import { Bot, Settings2, User, Wrench } from 'lucide-react';
import { useState } from 'react';
import { unpackJson } from '../../ui/exact-json.ts';
import { formatNumber } from '../../ui/format.ts';
import { JsonTree } from '../../ui/json-tree.tsx';
import type { ChatMessage } from './read-chat.ts';

/** Of a message, until all of it is asked for. */
const shownCharacters = 3_000;
/** The end of a long conversation says most. */
const shownMessages = 40;

const looks = {
  system: { icon: Settings2, frame: 'border-line bg-raised/50' },
  developer: { icon: Settings2, frame: 'border-line bg-raised/50' },
  user: { icon: User, frame: 'border-(--blue)/40' },
  tool: { icon: Wrench, frame: 'border-warn/40' },
  assistant: { icon: Bot, frame: 'border-(--violet)/40' },
} as const;

/** A conversation as it went. What the messages say is shown as it was written: nothing of it is ever markup. */
export function ChatView({ messages }: { messages: readonly ChatMessage[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? messages : messages.slice(-shownMessages);
  return (
    <ol className="flex flex-col gap-2">
      {shown.length < messages.length && (
        <li>
          <ShowMore onClick={() => setWhole(true)}>
            {formatNumber(messages.length - shown.length)} earlier messages
          </ShowMore>
        </li>
      )}
      {shown.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have no other name than their place
        <Message key={index} message={message} />
      ))}
    </ol>
  );
}

function Message({ message: { role, text, calls, answers } }: { message: ChatMessage }) {
  const [isWhole, setWhole] = useState(false);
  const { icon: Icon, frame } = looks[role as keyof typeof looks] ?? looks.system;
  const isLong = text.length > shownCharacters;
  return (
    <li className={`rounded-md border px-3 py-2 ${frame}`}>
      <div className="flex items-center gap-1.5 text-xs font-medium text-muted">
        <Icon size={13} aria-hidden /> {role}
        {answers !== undefined && <span className="font-normal text-faint">{answers}</span>}
      </div>
      {text !== '' && (
        <p className="mt-1 whitespace-pre-wrap wrap-anywhere">
          {isLong && !isWhole ? `${text.slice(0, shownCharacters).toWellFormed()}…` : text}
        </p>
      )}
      {isLong && (
        <ShowMore onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'less' : `all ${formatNumber(text.length)} characters`}
        </ShowMore>
      )}
      {calls.map(({ name, input }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one tool may be asked twice with the same
        <div key={index} className="mt-1.5 rounded border border-line bg-raised/50 px-2 py-1.5">
          <div className="mb-0.5 flex items-center gap-1.5 text-xs text-muted">
            <Wrench size={12} aria-hidden /> calls <code className="font-mono text-ink">{name}</code>
          </div>
          <JsonTree value={unpackJson(input)} />
        </div>
      ))}
    </li>
  );
}

function ShowMore({ onClick, children }: { onClick: () => void; children: React.ReactNode }) {
  return (
    <button type="button" onClick={onClick} className="cursor-pointer text-xs text-accent hover:underline">
      {children}
    </button>
  );
}
