import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeftRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { type RegisteredVersion, useVersion, useVersions } from '../../live/registry.ts';
import { Answer } from '../../ui/answer.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Empty, Page } from '../../ui/card.tsx';
import { formatSigned } from '../../ui/format.ts';
import { LongText } from '../../ui/long-text.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { Table } from '../../ui/table.tsx';
import { type ComparedRow, compareRows } from './compare-rows.ts';
import { toOwnTags } from './own-tags.ts';
import type { ReadSignature } from './read-signature.ts';
import { useRunData, useSignature, useVersionDetail } from './version-facts.ts';
import { formatValue } from './version-parts.tsx';

/** Two versions of a model, and what is another between them. */
export function ComparePage() {
  const { model } = useParams({ from: '/models/$model/compare' });
  const { from = '', to = '', shown = '' } = useSearch({ from: '/models/$model/compare' });
  const navigate = useNavigate({ from: '/models/$model/compare' });
  const listed = useVersions(model).data ?? [];
  const choose = (change: { from?: string; to?: string; shown?: string }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  const numbers = [...new Set([...listed.map(({ version }) => version), from, to])]
    .filter((number) => number !== '')
    .sort((one, other) => Number(other) - Number(one))
    .map((number) => ({ value: number, label: `version ${number}` }));
  const options = [{ value: '', label: 'choose a version' }, ...numbers];
  return (
    <Page
      crumb={[
        { to: '/models', label: 'Models' },
        { to: '/models/$model', params: { model }, label: model },
      ]}
      name={`${model}: versions ${from} and ${to}`}
      title="Compare versions"
      actions={
        <>
          <Select label="From" value={from} options={options} onChange={(next) => choose({ from: next })} />
          <Button aria-label="Swap" title="Swap" onClick={() => choose({ from: to, to: from })}>
            <ArrowLeftRight size={14} aria-hidden />
          </Button>
          <Select label="To" value={to} options={options} onChange={(next) => choose({ to: next })} />
          <Segments
            label="Shown"
            value={shown}
            options={[
              { value: '', label: 'differences' },
              { value: 'all', label: 'all' },
            ]}
            onChange={(next) => choose({ shown: next })}
          />
        </>
      }
    >
      {from === '' || to === '' ? (
        <Card>
          <Empty>Choose two versions above.</Empty>
        </Card>
      ) : (
        <Both model={model} from={from} to={to} isAll={shown === 'all'} />
      )}
    </Page>
  );
}

function Both({ model, from, to, isAll }: { model: string; from: string; to: string; isAll: boolean }) {
  const before = useVersion(model, from);
  const after = useVersion(model, to);
  return (
    <Answer query={before}>
      {(one) => (
        <Answer query={after}>{(other) => <Differences from={one} to={other} isAll={isAll} />}</Answer>
      )}
    </Answer>
  );
}

function Differences({
  from,
  to,
  isAll,
}: {
  from: RegisteredVersion;
  to: RegisteredVersion;
  isAll: boolean;
}) {
  const [runBefore, runAfter] = [useRunData(from), useRunData(to)];
  const [before, after] = [
    useSignature(useVersionDetail(from.model, from.version).data),
    useSignature(useVersionDetail(to.model, to.version).data),
  ];
  const heads = { from: from.version, to: to.version, isAll };
  return (
    <>
      <Answer query={runBefore}>
        {(one) => (
          <Answer query={runAfter}>
            {(other) => (
              <>
                <Part title="Metrics" rows={compareRows(one.metrics, other.metrics)} {...heads} hasChange />
                <Part title="Params" rows={compareRows(one.params, other.params)} {...heads} />
              </>
            )}
          </Answer>
        )}
      </Answer>
      <Part title="Tags" rows={compareRows(toOwnTags(from.tags), toOwnTags(to.tags))} {...heads} />
      <Answer query={before}>
        {(one) => (
          <Answer query={after}>
            {(other) => <Part title="Signature" rows={compareRows(toRows(one), toRows(other))} {...heads} />}
          </Answer>
        )}
      </Answer>
      <Part title="About" rows={compareRows(toAbout(from), toAbout(to))} {...heads} />
    </>
  );
}

function toRows(signature: ReadSignature | null): Record<string, string> {
  const roles = [
    ['input', signature?.inputs],
    ['output', signature?.outputs],
    ['param', signature?.params],
  ] as const;
  return Object.fromEntries(
    roles.flatMap(([role, fields]) => (fields ?? []).map(({ name, type }) => [`${role} ${name}`, type])),
  );
}

function toAbout({ description, source, runId, stage, aliases }: RegisteredVersion): Record<string, string> {
  return { description, source, run: runId ?? '', stage, aliases: aliases.join(', ') };
}

function Part({
  title,
  rows,
  from,
  to,
  isAll,
  hasChange = false,
}: {
  title: string;
  rows: readonly ComparedRow<string | number>[];
  from: string;
  to: string;
  isAll: boolean;
  /** Numbers also say by how much. */
  hasChange?: boolean;
}) {
  const shown = isAll ? rows : rows.filter(({ isSame }) => !isSame);
  const same = rows.filter(({ isSame }) => isSame).length;
  return (
    <Card title={title} aside={`${rows.length - same} differ, ${same} the same`} isFlush>
      {shown.length === 0 ? (
        <p className="px-4 py-3 text-muted">{rows.length === 0 ? 'Neither has any.' : 'All are the same.'}</p>
      ) : (
        <Table
          caption={title}
          rows={shown}
          keyOf={({ name }) => name}
          columns={[
            {
              title: 'Name',
              isWide: true,
              cell: ({ name }) => <span className="wrap-anywhere">{name}</span>,
            },
            {
              title: `Version ${from}`,
              cell: (row) => <Side value={row.from} isSame={row.isSame} tone="from" />,
            },
            {
              title: `Version ${to}`,
              cell: (row) => <Side value={row.to} isSame={row.isSame} tone="to" />,
            },
            ...(hasChange
              ? [
                  {
                    title: 'Change',
                    isNumeric: true,
                    cell: (row: ComparedRow<string | number>) => describe(row),
                  },
                ]
              : []),
          ]}
        />
      )}
    </Card>
  );
}

const tones = { from: 'bg-raised', to: 'bg-accent-soft' } as const;

function Side({
  value,
  isSame,
  tone,
}: {
  value: string | number | undefined;
  isSame: boolean;
  tone: keyof typeof tones;
}): ReactNode {
  if (value === undefined || value === '') return <span className="text-faint">–</span>;
  return (
    <span
      className={`block w-max max-w-64 rounded px-1 wrap-anywhere whitespace-pre-wrap sm:max-w-96 ${isSame ? 'text-muted' : tones[tone]}`}
    >
      {typeof value === 'string' ? <LongText text={value} /> : formatValue(value)}
    </span>
  );
}

function describe({ from, to }: ComparedRow<string | number>): string {
  return typeof from === 'number' && typeof to === 'number' ? formatSigned(to - from, 4) : '–';
}
