import { Card } from '../../ui/card.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { type PromptTemplate, splitTemplate } from './prompt-template.ts';

/** A template as it was written, with what is to be filled in standing out. */
export function TemplateView({ template }: { template: PromptTemplate }) {
  const { text, messages, responseFormat, modelConfig } = template;
  return (
    <div className="flex flex-col gap-4">
      {messages === undefined ? (
        <Card title="Text" aside={<CopyText text={text ?? ''} shown="copy" what="Copy the text" />}>
          <Lines text={text ?? ''} />
        </Card>
      ) : (
        <Card title="Chat" aside={`${messages.length} ${messages.length === 1 ? 'message' : 'messages'}`}>
          <ol className="flex flex-col gap-3">
            {messages.map(({ role, content }, index) => (
              <li
                // biome-ignore lint/suspicious/noArrayIndexKey: messages have no name but their place
                key={index}
                className={`max-w-[60rem] rounded-lg border border-line px-3 py-2 ${role === 'assistant' ? 'ml-6 bg-accent-soft/40' : role === 'system' ? 'bg-raised' : 'bg-page'}`}
              >
                <div className="mb-1 flex items-center justify-between gap-2 text-xs font-medium text-faint">
                  {role}
                  <CopyText text={content} shown="" what={`Copy the message of ${role}`} />
                </div>
                <Lines text={content} />
              </li>
            ))}
          </ol>
        </Card>
      )}
      {responseFormat !== '' && (
        <Card title="Response format" aside="what the model must answer with">
          <pre className="overflow-x-auto font-mono text-xs">{responseFormat}</pre>
        </Card>
      )}
      {modelConfig !== '' && (
        <Card title="Model">
          <pre className="overflow-x-auto font-mono text-xs">{modelConfig}</pre>
        </Card>
      )}
    </div>
  );
}

const looks = {
  text: '',
  variable: 'rounded bg-accent-soft px-0.5 font-medium text-accent',
  control: 'text-warn',
} as const;

function Lines({ text }: { text: string }) {
  if (text === '') return <p className="text-faint">empty</p>;
  return (
    <p className="font-mono text-[13px] leading-relaxed wrap-anywhere whitespace-pre-wrap">
      {splitTemplate(text).map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no name but their place
        <span key={index} className={looks[piece.kind]}>
          {piece.text}
        </span>
      ))}
    </p>
  );
}
