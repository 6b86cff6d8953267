import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LedgerEntry } from '@dividend/contracts/api';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createLedger } from './index.ts';

const platform = await createTestPlatform();
const ledger = createLedger(platform);
const url = await startTestServer(platform, [ledger]);

const append = (model: string) =>
  platform.db
    .transaction()
    .execute((tx) =>
      ledger.append(tx, { type: 'model.registered', subject: `model/${model}`, data: { model } }),
    );

interface Received {
  readonly cursor: string;
  readonly entry: LedgerEntry;
}

/** A client of the stream as a browser is one: collects events until it is closed. */
async function follow(lastEventId?: string) {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/v1/events`, {
    signal: abort.signal,
    ...(lastEventId === undefined ? {} : { headers: { 'last-event-id': lastEventId } }),
  });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const received: Received[] = [];
  const done = read(response, received).catch(() => {});
  const close = async () => {
    abort.abort();
    await done;
  };
  return { received, close };
}

async function read(response: Response, received: Received[]): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, cursor, data] = /^id: (\d+)\ndata: (.*)$/s.exec(event) ?? [];
      if (cursor !== undefined && data !== undefined) received.push({ cursor, entry: JSON.parse(data) });
    }
  }
}

const idsOf = (received: readonly Received[]) => received.map(({ entry }) => entry.id);

test('events come to every client as entries are committed, each once', async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => follow()));
  const sent: string[] = [];
  for (let index = 0; index < 30; index++) sent.push(await append(`m${index}`));
  for (const { received } of clients) {
    await eventually('all thirty', () => sent.every((id) => idsOf(received).includes(id)));
  }
  await ledger.verify();
  const marker = await append('marker');
  for (const { received, close } of clients) {
    await eventually('the marker', () => idsOf(received).includes(marker));
    assert.equal(new Set(idsOf(received)).size, received.length);
    await close();
  }
});

test('events resume after Last-Event-ID without a gap, also over a transaction that committed late', async () => {
  const before = await append('before');
  await ledger.verify();
  const first = await follow();
  let late = '';
  await platform.db.transaction().execute(async (tx) => {
    late = await ledger.append(tx, {
      type: 'model.registered',
      subject: 'model/late',
      data: { model: 'late' },
    });
    const early = await append('early');
    await eventually('the early one', () => idsOf(first.received).includes(early));
    await first.close();
  });
  const missed = [late, ...(await Promise.all([append('a'), append('b')]))];
  const last = first.received.at(-1)?.cursor;
  const second = await follow(last);
  await eventually('what was missed', () => missed.every((id) => idsOf(second.received).includes(id)));
  assert.equal(idsOf(second.received).includes(before), false);
  await second.close();
});

test('events from the beginning are the whole ledger in order', async () => {
  for (let index = 0; index < 600; index += 50)
    await Promise.all(Array.from({ length: 50 }, (_, each) => append(`n${index + each}`)));
  await ledger.verify();
  const { sealed } = await ledger.status();
  const client = await follow('0');
  await eventually('everything', () => client.received.length >= sealed);
  assert.deepEqual(
    client.received.map(({ entry }) => entry.seq),
    Array.from({ length: sealed }, (_, seq) => seq),
  );
  await client.close();
});
