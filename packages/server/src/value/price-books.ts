import { hash } from 'node:crypto';
import type { PriceBookAnswer, PriceBookRequest } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { canonicalJson } from '@dividend/core/ledger';
import { costCategories } from '@dividend/core/value';
import { sql } from 'kysely';
import { currentActor } from '../access/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { defaultPriceBook } from './default-price-book.ts';
import type { ValueTables } from './value-tables.ts';

const digestOf = (book: PriceBookRequest) => `sha256:${hash('sha256', canonicalJson(book))}`;

/** The price book in force: the newest that was set, else the default one of example rates. */
export async function readPriceBook(db: Db | Tx): Promise<PriceBookAnswer> {
  const row = await db
    .withTables<ValueTables>()
    .selectFrom('value_price_book')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) {
    return {
      priceBook: { version: 'default', ...defaultPriceBook },
      digest: digestOf(defaultPriceBook),
      isDefault: true,
      setAt: null,
      setBy: null,
    };
  }
  return {
    priceBook: { version: String(row.version), ...(row.book as PriceBookRequest) },
    digest: row.digest,
    isDefault: false,
    setAt: row.set_at.toISOString(),
    setBy: row.set_by,
  };
}

/**
 * Makes a book the one in force; the one that is in force already changes nothing. Older versions are kept.
 * @throws {DividendError} PRICE_BOOK_INVALID where a category names a role without a rate
 */
export async function setPriceBook(
  { db, clock }: Platform,
  ledger: Pick<Ledger, 'append'>,
  book: PriceBookRequest,
): Promise<PriceBookAnswer> {
  assertRoles(book);
  const digest = digestOf(book);
  await db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('price-book', 0))`.execute(tx);
    const current = await readPriceBook(tx);
    if (!current.isDefault && current.digest === digest) return;
    const { version } = await tx
      .withTables<ValueTables>()
      .insertInto('value_price_book')
      .values({ digest, book: JSON.stringify(book), set_at: clock.now(), set_by: currentActor() })
      .returning('version')
      .executeTakeFirstOrThrow();
    await ledger.append(tx, {
      type: 'pricebook.set',
      subject: `pricebook/${version}`,
      data: { version: String(version), digest, currency: book.currency },
    });
  });
  return readPriceBook(db);
}

function assertRoles({ categoryRoles, hourlyRates }: PriceBookRequest): void {
  for (const category of costCategories) {
    const role = categoryRoles[category];
    if (Object.hasOwn(hourlyRates, role)) continue;
    throw new DividendError(
      'PRICE_BOOK_INVALID',
      'invalid_argument',
      `Price book was not set: category '${category}' names the role '${role}', which has no hourly rate; there are ${Object.keys(hourlyRates).join(', ')}`,
      { field: `categoryRoles.${category}` },
    );
  }
}
