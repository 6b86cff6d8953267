export { type Db, openDatabase, type Tx } from './database.ts';
export { createGroupWriter } from './group-writer.ts';
export { createListener, type Listener } from './listener.ts';
export { migrate } from './migrate.ts';
export { isUniqueViolation, translateDatabaseError } from './postgres-errors.ts';
