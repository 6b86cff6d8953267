import type { TraceAssessment, TraceDetail } from '@dividend/contracts/api';
import { useId, useState } from 'react';
import { addAssessment, changeAssessment, type WrittenAssessment } from '../../live/traces.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { Segments } from '../../ui/segments.tsx';
import { TextArea, TextField } from '../../ui/text-field.tsx';
import { readOwnName, rememberOwnName } from './own-name.ts';
import {
  findValueProblem,
  toSentValue,
  toWrittenValue,
  type ValueType,
  type WrittenValue,
} from './written-value.ts';

/** What somebody is about to write. */
export type AskedAssessment =
  | { readonly act: 'add'; readonly spanId: string | undefined }
  | { readonly act: 'edit' | 'override'; readonly assessment: TraceAssessment };

const titles = { add: 'New assessment', edit: 'Edit', override: 'Correct' } as const;
const descriptions = {
  add: undefined,
  edit: 'Changed in place: what it said before is gone.',
  override: 'The new value holds from now on; the old one stays in the history.',
} as const;

export function AssessmentDialog({
  trace,
  asked,
  spanName,
  onClose,
}: {
  trace: TraceDetail;
  asked: AskedAssessment;
  /** Of the span that is open. */
  spanName: string | undefined;
  onClose: () => void;
}) {
  const old = asked.act === 'add' ? undefined : asked.assessment;
  const [kind, setKind] = useState<'feedback' | 'expectation'>(
    old?.kind === 'expectation' ? 'expectation' : 'feedback',
  );
  const [name, setName] = useState(old?.name ?? '');
  const [value, setValue] = useState<WrittenValue>(
    old === undefined ? { type: 'yesNo', text: 'true' } : toWrittenValue(old.value),
  );
  const [rationale, setRationale] = useState(asked.act === 'edit' ? (old?.rationale ?? '') : '');
  const [isOnSpan, setOnSpan] = useState(false);
  const [by, setBy] = useState(readOwnName);
  const known = useId();
  const problem = findValueProblem(value);
  const names = [...new Set(trace.assessments.filter((each) => each.kind === kind).map((each) => each.name))];

  const save = async () => {
    const said = {
      ...toContent(kind, value),
      ...(rationale === '' && asked.act !== 'edit' ? {} : { rationale }),
    };
    if (asked.act === 'edit')
      return changeAssessment(trace.traceId, asked.assessment.assessmentId, {
        assessment_name: name,
        ...said,
      });
    rememberOwnName(by);
    const spanId =
      old === undefined ? (isOnSpan && asked.act === 'add' ? asked.spanId : undefined) : old.spanId;
    return addAssessment(trace.traceId, {
      assessment_name: name,
      source: { source_type: 'HUMAN', source_id: by || 'default' },
      ...said,
      ...(spanId ? { span_id: spanId } : {}),
      ...(asked.act === 'override' ? { overrides: asked.assessment.assessmentId } : {}),
    });
  };
  return (
    <DialogForm
      title={old === undefined ? titles.add : `${titles[asked.act]} ${old.name}`}
      description={descriptions[asked.act]}
      action={asked.act === 'add' ? 'Add' : 'Save'}
      isReady={name.trim() !== '' && problem === undefined}
      run={save}
      onClose={onClose}
    >
      {old === undefined && (
        <Segments
          label="Kind"
          options={[
            { value: 'feedback', label: 'Feedback: how good it was' },
            { value: 'expectation', label: 'Expectation: what was right' },
          ]}
          value={kind}
          onChange={setKind}
        />
      )}
      {asked.act !== 'override' && (
        <>
          <TextField label="Name" value={name} required maxLength={250} list={known} onChange={setName} />
          <datalist id={known}>
            {names.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </>
      )}
      <ValueField value={value} problem={problem} onChange={setValue} />
      <TextArea label="Rationale" value={rationale} rows={3} maxLength={100_000} onChange={setRationale} />
      {asked.act === 'add' && asked.spanId !== undefined && spanName !== undefined && (
        <Segments
          label="About"
          options={[
            { value: 'trace', label: 'The whole trace' },
            { value: 'span', label: `The span ${spanName.slice(0, 40)}` },
          ]}
          value={isOnSpan ? 'span' : 'trace'}
          onChange={(next) => setOnSpan(next === 'span')}
        />
      )}
      {asked.act !== 'edit' && (
        <TextField label="By" value={by} maxLength={250} placeholder="your name" onChange={setBy} />
      )}
    </DialogForm>
  );
}

function toContent(
  kind: 'feedback' | 'expectation',
  value: WrittenValue,
): Pick<WrittenAssessment, 'feedback' | 'expectation'> {
  if (kind === 'feedback') return { feedback: { value: toSentValue(value) } };
  // As MLflow's client packs lists and objects.
  return {
    expectation:
      value.type === 'json'
        ? { serialized_value: { serialization_format: 'JSON_FORMAT', value: value.text } }
        : { value: toSentValue(value) },
  };
}

const emptyOf: Readonly<Record<ValueType, string>> = { yesNo: 'true', number: '', text: '', json: '' };

function ValueField({
  value: { type, text },
  problem,
  onChange,
}: {
  value: WrittenValue;
  problem: string | undefined;
  onChange: (value: WrittenValue) => void;
}) {
  const change = (next: string) => onChange({ type, text: next });
  return (
    <div className="flex flex-col gap-1.5">
      <Segments
        label="Type of the value"
        options={[
          { value: 'yesNo', label: 'Yes or no' },
          { value: 'number', label: 'Number' },
          { value: 'text', label: 'Text' },
          { value: 'json', label: 'JSON' },
        ]}
        value={type}
        onChange={(next) => onChange({ type: next, text: emptyOf[next] })}
      />
      {type === 'yesNo' && (
        <Segments
          label="Value"
          options={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
          value={text === 'false' ? 'false' : 'true'}
          onChange={change}
        />
      )}
      {type === 'number' && (
        <TextField label="Value" value={text} inputMode="decimal" required onChange={change} />
      )}
      {type !== 'yesNo' && type !== 'number' && (
        <TextArea
          label="Value"
          value={text}
          rows={type === 'json' ? 6 : 3}
          required
          className={type === 'json' ? 'font-mono text-xs' : ''}
          onChange={change}
        />
      )}
      {problem !== undefined && text !== '' && (
        <p role="alert" className="text-xs text-bad">
          {problem}
        </p>
      )}
    </div>
  );
}
