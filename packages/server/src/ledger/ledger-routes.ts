import { Readable } from 'node:stream';
import {
  LedgerCheckpoint,
  LedgerEntry,
  LedgerEntryDetail,
  LedgerOpening,
  LedgerProof,
  LedgerQuery,
  LedgerStatus,
  LedgerVerification,
  PageQuery,
  pageOf,
} from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { Ledger } from './ledger-service.ts';

const EntryParams = Type.Object({ id: Type.String({ maxLength: 128 }) });
const OpeningParams = Type.Object({ commitment: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
const maxIds = 500;

export function ledgerRoutes(app: App, ledger: Ledger): void {
  app.get(
    '/api/v1/ledger/entries',
    {
      schema: {
        summary: 'List ledger entries, newest first',
        querystring: LedgerQuery,
        response: { 200: pageOf(LedgerEntry) },
      },
    },
    (request) => {
      const { cursor, ids, ...filter } = request.query;
      return ledger.list({ ...filter, ids: parseIds(ids), before: parseCursor(cursor) });
    },
  );
  app.get(
    '/api/v1/ledger/entries/:id',
    {
      schema: {
        summary: 'An entry of the ledger with its canonical form',
        params: EntryParams,
        response: { 200: LedgerEntryDetail },
      },
    },
    async (request) => {
      const found = await ledger.find(request.params.id);
      if (!found)
        throw new DividendError(
          'ENTRY_NOT_FOUND',
          'not_found',
          `No ledger entry has the id '${request.params.id}'`,
        );
      return { ...found.entry, canonical: found.canonical };
    },
  );
  app.get(
    '/api/v1/ledger/entries/:id/proof',
    {
      schema: {
        summary: 'Proof that an entry is in the ledger',
        params: EntryParams,
        response: { 200: LedgerProof },
      },
    },
    async (request) => {
      const { inclusionProof, ...proof } = await ledger.prove(request.params.id);
      return { ...proof, inclusionProof: [...inclusionProof] };
    },
  );
  app.get(
    '/api/v1/ledger/openings/:commitment',
    {
      schema: {
        summary: 'The text behind a commitment in the ledger, unless it was erased',
        params: OpeningParams,
        response: { 200: LedgerOpening },
      },
    },
    async ({ params: { commitment } }) => {
      const found = await ledger.findOpening(commitment);
      if (found) return { ...found, salt: found.salt.toString('hex') };
      throw new DividendError(
        'OPENING_NOT_FOUND',
        'not_found',
        `No text is kept for the commitment '${commitment}': it was erased, or no entry has it`,
      );
    },
  );
  app.get(
    '/api/v1/ledger/checkpoints',
    {
      schema: {
        summary: 'List signed checkpoints, newest first',
        querystring: PageQuery,
        response: { 200: pageOf(LedgerCheckpoint) },
      },
    },
    ({ query }) => ledger.checkpoints({ limit: query.limit, before: parseCursor(query.cursor) }),
  );
  app.get(
    '/api/v1/ledger/status',
    { schema: { summary: 'How far the ledger is sealed', response: { 200: LedgerStatus } } },
    () => ledger.status(),
  );
  app.post(
    '/api/v1/ledger/verify',
    { schema: { summary: 'Verify the whole ledger', response: { 200: LedgerVerification } } },
    () => ledger.verify(),
  );
  app.get(
    '/api/v1/ledger/export',
    {
      schema: { summary: 'Export the ledger with proofs, one JSON line a record' },
      config: { notes: { answerType: 'application/x-ndjson' } },
    },
    async (_request, reply) =>
      reply
        .header('content-type', 'application/x-ndjson')
        .header('content-disposition', 'attachment; filename="ledger.ndjson"')
        .send(Readable.from(ledger.export())),
  );
}

function parseIds(ids: string | undefined): string[] | undefined {
  const list = ids?.split(',').filter(Boolean);
  if (list === undefined || list.length <= maxIds) return list;
  throw new DividendError(
    'IDS_TOO_MANY',
    'invalid_argument',
    `At most ${maxIds} ids are read at a time, these are ${list.length}`,
    { field: 'ids' },
  );
}

function parseCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^[0-9]{1,15}$/.test(cursor)) return Number(cursor);
  throw new DividendError(
    'CURSOR_INVALID',
    'invalid_argument',
    `Cursor '${cursor}' was not given by this list`,
    { field: 'cursor' },
  );
}
