import { useState } from 'react';
import { Markdown } from '../../../markdown/markdown.tsx';
import { Segments } from '../../../ui/segments.tsx';
import { CopyText } from '../../../ui/small-parts.tsx';
import type { ArtifactRoot } from './artifact-root.ts';
import { MlmodelView } from './mlmodel-view.tsx';
import type { PreviewKind } from './preview-kind.ts';
import { readCsv, readLoggedTable, type TableContent } from './read-table.ts';
import type { Content } from './use-content.ts';

const mostRows = 500;
/** Markdown and lines beyond it make a page slow, not clearer. */
const mostMarkdown = 100_000;
const mostLines = 5_000;

/** A text by what it is; its source is always one click away. */
export function ContentView({
  kind,
  content,
  root,
  name,
}: {
  kind: PreviewKind;
  content: Content;
  root: ArtifactRoot;
  name: string;
}) {
  const [isSource, setSource] = useState(false);
  const shown = toView(kind, content, root, name);
  if (shown === undefined) return <Source text={kind === 'json' ? indent(content) : content.text} />;
  return (
    <>
      <div className="mb-3">
        <Segments
          label="How it is shown"
          value={isSource ? 'source' : 'view'}
          options={[
            { value: 'view', label: 'view' },
            { value: 'source', label: 'source' },
          ]}
          onChange={(next) => setSource(next === 'source')}
        />
      </div>
      {isSource ? <Source text={content.text} /> : shown}
    </>
  );
}

function toView(kind: PreviewKind, content: Content, root: ArtifactRoot, name: string): React.ReactNode {
  const { text } = content;
  if (kind === 'markdown') return <Markdown text={text.slice(0, mostMarkdown)} />;
  if (kind === 'html') return <HtmlFrame text={text} name={name} />;
  if (kind === 'csv') return <ContentTable table={readCsv(text, ',', mostRows)} />;
  if (kind === 'tsv') return <ContentTable table={readCsv(text, '\t', mostRows)} />;
  if (kind === 'mlmodel') return <MlmodelView text={text} root={root} />;
  const table = kind === 'json' ? readLoggedTable(parseJson(text), mostRows) : undefined;
  return table && <ContentTable table={table} />;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function indent({ text }: Content): string {
  const content = parseJson(text);
  return content === undefined ? text : JSON.stringify(content, null, 2);
}

/** It comes before whatever the page says of itself, and only stricter rules can follow. */
const framePolicy =
  '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:; font-src data:">';

/** Without scripts, forms, pop-ups and an origin: it can be seen, and do nothing. */
function HtmlFrame({ text, name }: { text: string; name: string }) {
  return (
    <>
      <p className="mb-2 text-xs text-muted">
        Scripts do not run here, and nothing is fetched from elsewhere. Download it to open it as a page.
      </p>
      <iframe
        title={`Preview of ${name}`}
        sandbox=""
        srcDoc={`<!doctype html>${framePolicy}${text}`}
        className="h-[65vh] w-full rounded border border-line bg-white"
      />
    </>
  );
}

function Source({ text }: { text: string }) {
  const lines = text.split('\n', mostLines);
  return (
    <div className="relative">
      <div className="absolute top-2 right-2">
        <CopyText text={text} shown="copy" what="Copy what is shown" />
      </div>
      <pre className="max-h-[65vh] overflow-auto rounded-md bg-raised p-3 font-mono text-xs leading-relaxed">
        {lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
          <div key={at} className="flex">
            <span aria-hidden className="w-10 shrink-0 pr-3 text-right text-faint select-none">
              {at + 1}
            </span>
            <span className="whitespace-pre-wrap">{line}</span>
          </div>
        ))}
      </pre>
    </div>
  );
}

function ContentTable({ table: { columns, rows } }: { table: TableContent }) {
  return (
    <>
      <div className="max-h-[65vh] overflow-auto rounded border border-line">
        <table className="w-full border-collapse text-left text-xs">
          <thead className="sticky top-0 bg-raised">
            <tr>
              {columns.map((column, at) => (
                <th
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns may have one name
                  key={at}
                  scope="col"
                  className="border-b border-line px-2.5 py-1.5 font-medium whitespace-nowrap"
                >
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is its number
              <tr key={at} className="border-b border-line last:border-0">
                {columns.map((_column, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns may have one name
                  <td key={place} className="max-w-96 px-2.5 py-1 align-top wrap-anywhere">
                    {row[place] ?? ''}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length >= mostRows && <p className="mt-2 text-xs text-muted">The first {mostRows} rows.</p>}
    </>
  );
}
