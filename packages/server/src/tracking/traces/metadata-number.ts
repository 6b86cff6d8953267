import { sql } from 'kysely';
import type { Sql } from '../search/index.ts';

/** JSON's numbers from 0 on, as long as clients write them. */
const number = '([0-9]{1,30}(?:\\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?)';

/** A number in the JSON text that clients write into metadata of traces `t`; a text that is no JSON has none. */
export function metadataNumber(metadataKey: string, key: string): Sql {
  return sql`substring(t.metadata ->> ${metadataKey} FROM ${`"${key}"\\s*:\\s*${number}`})::float8`;
}
