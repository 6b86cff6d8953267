import { DividendError } from '@dividend/core/errors';
import type { DuckDBConnection } from '@duckdb/node-api';

/** An in-process analytical database over files; forget it after use. */
export interface Duck {
  run(statement: string, values?: Record<string, DuckValue>): Promise<void>;
  /** Rows as plain objects; `BIGINT` as number where it fits, timestamps as RFC 3339 text. */
  rows<Row extends Record<string, unknown>>(
    query: string,
    values?: Record<string, DuckValue>,
  ): Promise<Row[]>;
  close(): void;
}

export interface DuckLimits {
  /** More than this spills to disk. */
  readonly memoryMb: number;
  readonly threads: number;
  /** Where it spills to; undefined: the query fails instead. */
  readonly tempDir?: string;
}

type DuckValue = string | number | boolean | null;

/**
 * Opens DuckDB in memory with limits, so that a query cannot take the machine. What it takes from the system comes back
 * only with the end of the process: in control, use `runDuckJob`. The library is loaded at the first call.
 */
export async function openDuck(limits: DuckLimits): Promise<Duck> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${limits.memoryMb}MB`,
    threads: String(limits.threads),
    temp_directory: limits.tempDir ?? '',
    autoinstall_known_extensions: 'false',
  });
  const connection = await instance.connect();
  return {
    run: async (statement, values) => {
      await translated(() => connection.run(statement, values));
    },
    rows: async <Row extends Record<string, unknown>>(query: string, values?: Record<string, DuckValue>) =>
      translated(() => readRows<Row>(connection, query, values)),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function readRows<Row>(
  connection: DuckDBConnection,
  query: string,
  values?: Record<string, DuckValue>,
): Promise<Row[]> {
  const reader = await connection.runAndReadAll(query, values);
  return reader
    .getRowObjectsJS()
    .map((row) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key, toPlain(value)])),
    ) as Row[];
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return value instanceof Date ? value.toISOString() : value;
}

async function translated<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    const [message = ''] = (error as Error).message.split('\n');
    if (/No space left on device/.test(message)) {
      throw new DividendError(
        'DISK_FULL',
        'unavailable',
        `The disk is full: ${message}; free some space, then try again`,
        {
          cause: error,
        },
      );
    }
    throw new DividendError('QUERY_FAILED', 'invalid_argument', `The query failed: ${message}`, {
      cause: error,
    });
  }
}

/** A SQL string literal, for the few places that take no parameter (file names in COPY). */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
