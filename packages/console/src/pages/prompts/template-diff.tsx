import { useMemo } from 'react';
import type { RegisteredVersion } from '../../live/registry.ts';
import { Card } from '../../ui/card.tsx';
import { Segments } from '../../ui/segments.tsx';
import { type DiffLine, type DiffRow, diffTexts } from './diff-texts.ts';
import { readTemplate, toPlainText } from './prompt-template.ts';

/** What is another in one version of a prompt than in another. */
export function TemplateDiff({
  base,
  version,
  isInline,
  onLayout,
}: {
  base: RegisteredVersion;
  version: RegisteredVersion;
  isInline: boolean;
  onLayout: (layout: string) => void;
}) {
  const rows = useMemo(
    () => diffTexts(toPlainText(readTemplate(base)), toPlainText(readTemplate(version))),
    [base, version],
  );
  const count = rows.filter(({ kind }) => kind !== 'same').length;
  return (
    <Card
      title={`From version ${base.version} to version ${version.version}`}
      aside={
        <span className="flex flex-wrap items-center gap-3">
          {count === 0 ? 'the same' : count === 1 ? '1 line differs' : `${count} lines differ`}
          <Segments
            label="Layout"
            value={isInline ? 'inline' : ''}
            options={[
              { value: '', label: 'side by side' },
              { value: 'inline', label: 'inline' },
            ]}
            onChange={onLayout}
          />
        </span>
      }
      isFlush
    >
      <div className="overflow-x-auto py-2 font-mono text-[13px] leading-relaxed">
        {isInline ? <Inline rows={rows} /> : <SideBySide rows={rows} />}
      </div>
    </Card>
  );
}

function Inline({ rows }: { rows: readonly DiffRow[] }) {
  return rows.map((row, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
    <div key={index}>
      {row.kind === 'same' ? (
        <Line line={row.after} side="same" />
      ) : (
        <>
          {row.before && <Line line={row.before} side="before" />}
          {row.after && <Line line={row.after} side="after" />}
        </>
      )}
    </div>
  ));
}

function SideBySide({ rows }: { rows: readonly DiffRow[] }) {
  return rows.map((row, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
    <div key={index} className="grid grid-cols-2">
      <Line line={row.before} side={row.kind === 'same' ? 'same' : 'before'} />
      <Line line={row.after} side={row.kind === 'same' ? 'same' : 'after'} />
    </div>
  ));
}

const sides = {
  same: { sign: ' ', said: '', line: '', word: '' },
  before: { sign: '−', said: 'removed: ', line: 'bg-bad-soft', word: 'bg-bad/25 line-through' },
  after: { sign: '+', said: 'added: ', line: 'bg-good-soft', word: 'bg-good/25 font-semibold' },
} as const;

function Line({ line, side }: { line: DiffLine | undefined; side: keyof typeof sides }) {
  if (line === undefined) return <div className="bg-raised/60" aria-hidden />;
  const { sign, said, line: look, word } = sides[side];
  const Word = side === 'before' ? 'del' : 'ins';
  return (
    <div className={`flex min-w-0 gap-2 px-3 ${look}`}>
      <span aria-hidden className="w-7 shrink-0 text-right text-faint select-none">
        {line.number}
      </span>
      <span aria-hidden className="w-3 shrink-0 text-faint select-none">
        {sign}
      </span>
      <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">
        {said !== '' && <span className="sr-only">{said}</span>}
        {line.pieces.map(({ text, isChanged }, index) =>
          isChanged ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no name but their place
            <Word key={index} className={`rounded-sm no-underline ${word}`}>
              {text}
            </Word>
          ) : (
            text
          ),
        )}
      </span>
    </div>
  );
}
