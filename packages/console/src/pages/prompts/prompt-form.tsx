import { useNavigate } from '@tanstack/react-router';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { changeRegistry, promptTag, type RegisteredVersion } from '../../live/registry.ts';
import { Button } from '../../ui/button.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { TextArea, TextField } from '../../ui/text-field.tsx';
import { type ChatMessage, type PromptTemplate, readTemplate, toTemplateTags } from './prompt-template.ts';

const empty: PromptTemplate = { text: '', messages: undefined, responseFormat: '', modelConfig: '' };
const isPromptTag = { key: promptTag, value: 'true' };

/** What MLflow's clients give as the source of a prompt, which has no files. */
const source = 'dummy-source';

/** A new prompt, or a new version of one from an edited one. */
export function PromptForm({
  name,
  base,
  onClose,
}: {
  /** Undefined: a new prompt. */
  name?: string;
  base?: RegisteredVersion;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const original = base ? readTemplate(base) : empty;
  const [newName, setNewName] = useState('');
  const [template, setTemplate] = useState(original);
  const [message, setMessage] = useState('');
  const wrong = isJson(template.responseFormat) ? undefined : 'The response format is not JSON yet';
  const isChanged = JSON.stringify(template) !== JSON.stringify(original);
  const save = async () => {
    const prompt = name ?? newName;
    if (name === undefined)
      await changeRegistry('registered-models/create', { name: prompt, tags: [isPromptTag] });
    const { model_version } = await changeRegistry<{ model_version: { version: string } }>(
      'model-versions/create',
      {
        name: prompt,
        source,
        tags: [isPromptTag, ...toTemplateTags(template)],
        ...(message === '' ? {} : { description: message }),
      },
    );
    await navigate({
      to: '/prompts/$prompt',
      params: { prompt },
      search: { version: model_version.version, ...(base ? { base: base.version } : {}) },
    });
  };
  return (
    <DialogForm
      title={name === undefined ? 'New prompt' : `New version of ${name}`}
      description={
        base
          ? `From version ${base.version}, which stays as it is. Aliases stay where they are.`
          : 'What stands between {{ and }} is filled in by the code that loads it.'
      }
      action="Save"
      isReady={isChanged && wrong === undefined && (name !== undefined || newName.trim() !== '')}
      isWide
      run={save}
      onClose={onClose}
    >
      {name === undefined && (
        <TextField label="Name" value={newName} required maxLength={256} onChange={setNewName} />
      )}
      {base === undefined && (
        <div>
          <Segments
            label="Kind"
            value={template.messages === undefined ? '' : 'chat'}
            options={[
              { value: '', label: 'text' },
              { value: 'chat', label: 'chat' },
            ]}
            onChange={(kind) =>
              setTemplate(
                kind === 'chat'
                  ? {
                      ...template,
                      text: undefined,
                      messages: [{ role: 'user', content: template.text ?? '' }],
                    }
                  : { ...template, text: template.messages?.[0]?.content ?? '', messages: undefined },
              )
            }
          />
        </div>
      )}
      {template.messages === undefined ? (
        <TextArea
          label="Text"
          value={template.text ?? ''}
          rows={12}
          className="font-mono text-[13px]"
          onChange={(text) => setTemplate({ ...template, text })}
        />
      ) : (
        <Messages
          messages={template.messages}
          onChange={(messages) => setTemplate({ ...template, messages })}
        />
      )}
      <TextArea
        label="Response format (JSON schema, may be empty)"
        value={template.responseFormat}
        rows={template.responseFormat === '' ? 1 : 6}
        className="font-mono text-xs"
        onChange={(responseFormat) => setTemplate({ ...template, responseFormat })}
      />
      {wrong !== undefined && <p className="text-warn">{wrong}</p>}
      <TextField label="What changed" value={message} maxLength={1000} onChange={setMessage} />
    </DialogForm>
  );
}

const roles = ['system', 'user', 'assistant', 'tool'];

function Messages({
  messages,
  onChange,
}: {
  messages: readonly ChatMessage[];
  onChange: (messages: readonly ChatMessage[]) => void;
}) {
  const replace = (index: number, part: Partial<ChatMessage>) =>
    onChange(messages.map((message, place) => (place === index ? { ...message, ...part } : message)));
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="sr-only">Messages</legend>
      {messages.map(({ role, content }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have no name but their place
        <div key={index} className="flex flex-col gap-1.5 rounded-lg border border-line p-2">
          <div className="flex items-center justify-between gap-2">
            <Select
              label={`Role of message ${index + 1}`}
              value={role}
              options={[...new Set([...roles, role])].map((each) => ({ value: each, label: each }))}
              onChange={(next) => replace(index, { role: next })}
            />
            <Button
              aria-label={`Remove message ${index + 1}`}
              disabled={messages.length === 1}
              onClick={() => onChange(messages.filter((_each, place) => place !== index))}
            >
              <X size={13} aria-hidden />
            </Button>
          </div>
          <TextArea
            label={`Message ${index + 1}`}
            value={content}
            rows={4}
            className="font-mono text-[13px]"
            onChange={(next) => replace(index, { content: next })}
          />
        </div>
      ))}
      <div>
        <Button onClick={() => onChange([...messages, { role: 'user', content: '' }])}>
          <Plus size={13} aria-hidden /> Message
        </Button>
      </div>
    </fieldset>
  );
}

function isJson(text: string): boolean {
  if (text.trim() === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
