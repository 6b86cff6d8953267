/** Structured log of one process: a JSON line a message on standard error, no secrets. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

function write(level: string, message: string, fields: Record<string, unknown>): void {
  const printable = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? value.message : value]),
  );
  process.stderr.write(
    `${JSON.stringify({ time: new Date().toISOString(), level, message, ...printable })}\n`,
  );
}

export const processLog: Log = {
  info: (message, fields = {}) => write('info', message, fields),
  warn: (message, fields = {}) => write('warn', message, fields),
  error: (message, fields = {}) => write('error', message, fields),
};

/** For tests and short commands that speak otherwise. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
