import type { ModelVersionDetail, ModelVersionFile } from '@dividend/contracts/api';
import { usePages } from '../../live/queries.ts';
import type { RegisteredVersion } from '../../live/registry.ts';
import { Answer } from '../../ui/answer.tsx';
import { Card, Empty } from '../../ui/card.tsx';
import { formatBytes, formatNumber } from '../../ui/format.ts';
import { PagesAnswer } from '../../ui/pages-answer.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import type { SignatureField } from './read-signature.ts';
import { useRunData, useSignature } from './version-facts.ts';

export function MeasuresCard({ version }: { version: RegisteredVersion }) {
  const query = useRunData(version);
  return (
    <Card title="Metrics" aside="the latest of its run, and of its evaluation" isFlush>
      <Answer query={query}>
        {({ metrics }) => (
          <Pairs
            caption="Metrics"
            pairs={Object.entries(metrics)}
            isNumeric
            none="No metric: it was registered without a run, or its run logged none."
          />
        )}
      </Answer>
    </Card>
  );
}

export function ParamsCard({ version }: { version: RegisteredVersion }) {
  const query = useRunData(version);
  return (
    <Card title="Params" aside="of its run" isFlush>
      <Answer query={query}>
        {({ params }) => (
          <Pairs
            caption="Params"
            pairs={Object.entries(params)}
            none="No param: it was registered without a run, or its run logged none."
          />
        )}
      </Answer>
    </Card>
  );
}

function Pairs({
  caption,
  pairs,
  isNumeric = false,
  none,
}: {
  caption: string;
  pairs: readonly (readonly [string, number | string])[];
  isNumeric?: boolean;
  none: string;
}) {
  if (pairs.length === 0) return <Empty>{none}</Empty>;
  return (
    <div className="max-h-96 overflow-y-auto">
      <Table
        caption={caption}
        rows={pairs}
        keyOf={([key]) => key}
        columns={[
          {
            title: 'Name',
            isWide: true,
            sortBy: ([key]) => key,
            cell: ([key]) => <span className="wrap-anywhere">{key}</span>,
          },
          {
            title: 'Value',
            isNumeric,
            cell: ([, value]) => (
              <span
                className={`block w-max max-w-64 wrap-anywhere sm:max-w-96 ${isNumeric ? 'ml-auto' : ''}`}
              >
                {formatValue(value)}
              </span>
            ),
          },
        ]}
      />
    </div>
  );
}

export function formatValue(value: number | string): string {
  return typeof value === 'number' ? formatNumber(value, 6) : value;
}

const roles = [
  { part: 'inputs', label: 'input' },
  { part: 'outputs', label: 'output' },
  { part: 'params', label: 'param' },
] as const;

export function SignatureCard({ detail }: { detail: ModelVersionDetail }) {
  const query = useSignature(detail);
  return (
    <Card title="Signature" aside="what it takes and gives" isFlush>
      <Answer query={query}>
        {(signature) => {
          const rows: readonly (SignatureField & { role: string })[] = roles.flatMap(({ part, label }) =>
            (signature?.[part] ?? []).map((field) => ({ ...field, role: label })),
          );
          if (rows.length === 0)
            return (
              <Empty>
                It was logged without a signature. Give one to log_model: infer_signature(inputs, outputs).
              </Empty>
            );
          return (
            <div className="max-h-96 overflow-y-auto">
              <Table
                caption="Signature"
                rows={rows}
                keyOf={({ role, name }) => `${role} ${name}`}
                columns={[
                  { title: 'Role', cell: ({ role }) => <span className="text-muted">{role}</span> },
                  {
                    title: 'Name',
                    isWide: true,
                    cell: ({ name }) => <span className="wrap-anywhere">{name}</span>,
                  },
                  {
                    title: 'Type',
                    cell: ({ type }) => (
                      <code className="block w-max max-w-64 font-mono text-xs wrap-anywhere">{type}</code>
                    ),
                  },
                ]}
              />
            </div>
          );
        }}
      </Answer>
    </Card>
  );
}

/** What the version is made of, each by its digest: files for its loaders, parts for its releases. */
export function FilesCard({ detail }: { detail: ModelVersionDetail }) {
  const path = `/api/v1/models/${encodeURIComponent(detail.model)}/versions/${detail.version}/files`;
  const query = usePages<ModelVersionFile>(path, { limit: 100 });
  const parts = Object.entries(detail.parts).map(([role, digest]) => ({ path: role, digest, bytes: null }));
  return (
    <Card title="Digests" aside="pinned when it was registered: its files never change" isFlush>
      <PagesAnswer query={query} more="Show more">
        {(files) => {
          const rows = [...parts, ...files];
          if (rows.length === 0)
            return <Empty>It has no files in this store: its source is somewhere else.</Empty>;
          return (
            <div className="max-h-96 overflow-y-auto">
              <Table
                caption="Files and parts by digest"
                rows={rows}
                keyOf={({ path: name, bytes }) => `${bytes === null ? 'part' : 'file'} ${name}`}
                columns={[
                  {
                    title: 'File',
                    isWide: true,
                    cell: ({ path: name, digest, bytes }) => (
                      <a
                        href={`/api/v1/blobs/${digest}`}
                        download={name.split('/').at(-1) || 'file'}
                        className="wrap-anywhere hover:text-accent"
                      >
                        {bytes === null && <span className="text-faint">part </span>}
                        {name || 'the file'}
                      </a>
                    ),
                  },
                  { title: 'Digest', cell: ({ digest }) => <CopyText text={digest} /> },
                  {
                    title: 'Size',
                    isNumeric: true,
                    cell: ({ bytes }) => (bytes === null ? '–' : formatBytes(bytes)),
                  },
                ]}
              />
            </div>
          );
        }}
      </PagesAnswer>
    </Card>
  );
}
