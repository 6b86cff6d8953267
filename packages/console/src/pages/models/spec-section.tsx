import type { AppliedSpec } from '@dividend/contracts/spec';
import { useMemo } from 'react';
import { stringify } from 'yaml';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card } from '../../ui/card.tsx';
import { Segments } from '../../ui/segments.tsx';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';

/** The spec in force: what the platform does with this model, and the gates that judge each release. */
export function SpecSection({
  model,
  isJson,
  onFormat,
}: {
  model: string;
  isJson: boolean;
  onFormat: (format: string) => void;
}) {
  const query = useApi<AppliedSpec>(`/api/v1/models/${encodeURIComponent(model)}/spec`);
  return (
    <Answer query={query}>
      {(applied) => (
        <>
          <Gates gates={applied.spec.gates} />
          <SpecText applied={applied} isJson={isJson} onFormat={onFormat} />
        </>
      )}
    </Answer>
  );
}

function Gates({ gates }: { gates: AppliedSpec['spec']['gates'] }) {
  return (
    <Card
      title="Gates"
      aside="conditions in CEL over the evidence; all must hold before a release moves"
      isFlush
    >
      {gates.length === 0 ? (
        <p className="p-4 text-muted">
          The spec declares no gate: nothing but the rollout itself holds a release back.
        </p>
      ) : (
        <Table
          caption="Gates"
          rows={gates}
          keyOf={({ name }) => name}
          columns={[
            {
              title: 'Gate',
              cell: ({ name }) => <span className="font-medium whitespace-nowrap">{name}</span>,
            },
            {
              title: 'Must hold',
              isWide: true,
              cell: ({ expr, message }) => (
                <>
                  <code className="font-mono text-xs wrap-anywhere">{expr}</code>
                  {message !== undefined && <div className="text-xs text-faint">{message}</div>}
                </>
              ),
            },
          ]}
        />
      )}
    </Card>
  );
}

function SpecText({
  applied,
  isJson,
  onFormat,
}: {
  applied: AppliedSpec;
  isJson: boolean;
  onFormat: (format: string) => void;
}) {
  const { spec, digest, appliedAt, files } = applied;
  const text = useMemo(
    () => (isJson ? JSON.stringify(spec, null, 2) : stringify(spec, { lineWidth: 0 })),
    [spec, isJson],
  );
  return (
    <Card
      title="Spec"
      aside={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span>
            applied <When at={appliedAt} /> with {files.length} {files.length === 1 ? 'file' : 'files'}
          </span>
          <CopyText text={digest} />
          <CopyText text={text} shown="copy" what="Copy the text" />
          <Segments
            label="Format"
            options={[
              { value: '', label: 'YAML' },
              { value: 'json', label: 'JSON' },
            ]}
            value={isJson ? 'json' : ''}
            onChange={onFormat}
          />
        </span>
      }
      isFlush
    >
      <pre className="overflow-x-auto px-4 py-3 font-mono text-xs leading-relaxed">
        <SpecLines text={text} isJson={isJson} />
      </pre>
    </Card>
  );
}

/** Keys stand out from values; no more is coloured. */
function SpecLines({ text, isJson }: { text: string; isJson: boolean }) {
  const key = isJson ? /^(\s*)("[^"]+")(:.*)$/ : /^(\s*(?:- )*)([\w.-]+)(:.*)$/;
  return text.split('\n').map((line, index) => {
    const [, indent, name, rest] = key.exec(line) ?? [];
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
      <span key={index}>
        {name === undefined ? (
          line
        ) : (
          <>
            <span className="text-faint">{indent}</span>
            <span className="text-accent">{name}</span>
            {rest}
          </>
        )}
        {'\n'}
      </span>
    );
  });
}
