import { refusedParameter } from '../../door/index.ts';

const limits = { name: 250, user: 250, schemaId: 36, itemId: 50, users: 10 } as const;
/** The queue of the one user of a server without login; no other queue takes its name. */
const reservedName = 'default';

export interface QueueNames {
  readonly name: string;
  /** Sorted. */
  readonly users: readonly string[];
  /** Sorted. */
  readonly schemaIds: readonly string[];
}

/**
 * A user's queue is named as the user, who alone is assigned, and asks all questions of the experiment; any other has the
 * users and questions given.
 * @throws {DividendError} PARAMETER_INVALID
 */
export function checkNewQueue(type: 'USER' | 'CUSTOM', given: QueueNames): QueueNames {
  const users = checkUsers(given.users);
  const schemaIds = checkSchemaIds(given.schemaIds);
  if (type === 'CUSTOM') return { name: checkQueueName(given.name), users, schemaIds };
  const name = checkText(normalizeUser(given.name), 'name', limits.name);
  if (users.length > 0 && (users.length > 1 || users[0] !== name)) {
    throw refusedParameter(
      'users',
      `A user queue must have exactly one assigned user equal to its name; got name='${name}' and users=[${quote(users)}].`,
    );
  }
  if (schemaIds.length > 0) {
    throw refusedParameter(
      'schema_ids',
      "A user queue cannot have explicitly-attached schemas; it resolves to all of the experiment's label schemas.",
    );
  }
  return { name, users: [name], schemaIds };
}

/** @throws {DividendError} PARAMETER_INVALID */
export function checkQueueName(name: string): string {
  const trimmed = checkText(name.trim(), 'name', limits.name);
  if (trimmed.toLowerCase() !== reservedName) return trimmed;
  throw refusedParameter(
    'name',
    `\`${trimmed}\` is a reserved queue name and cannot be used for a custom queue.`,
  );
}

/** @throws {DividendError} PARAMETER_INVALID */
export function checkUsers(users: readonly string[]): string[] {
  const checked = distinct(users.map((user) => checkText(normalizeUser(user), 'user', limits.user))).sort();
  if (checked.length <= limits.users) return checked;
  throw refusedParameter(
    'users',
    `A review queue can have at most ${limits.users} assigned users; got ${checked.length}.`,
  );
}

/** @throws {DividendError} PARAMETER_INVALID */
export function checkSchemaIds(ids: readonly string[]): string[] {
  return distinct(ids.map((id) => checkText(id.trim(), 'schema_id', limits.schemaId))).sort();
}

/** In the order given. @throws {DividendError} PARAMETER_INVALID */
export function checkItemIds(ids: readonly string[]): string[] {
  if (ids.length === 0) throw refusedParameter('item_ids', '`item_ids` must be a non-empty list; got [].');
  return distinct(ids.map((id) => checkText(id.trim(), 'item_id', limits.itemId)));
}

/** @throws {DividendError} PARAMETER_INVALID */
export function checkOwner(owner: string): string {
  return checkText(owner.trim(), 'new_owner', limits.user);
}

/**
 * Who ended the review of an item; none where it is open again.
 * @throws {DividendError} PARAMETER_INVALID
 */
export function checkCompletedBy(
  status: 'PENDING' | 'COMPLETE' | 'DECLINED',
  completedBy: string | undefined,
): string | null {
  if (status === 'PENDING') {
    if (completedBy === undefined) return null;
    throw refusedParameter(
      'completed_by',
      '`completed_by` must not be set when reopening an item to `pending`.',
    );
  }
  const user = normalizeUser(completedBy ?? '');
  if (user === '') {
    throw refusedParameter(
      'completed_by',
      `\`completed_by\` is required when setting status to \`${status.toLowerCase()}\`.`,
    );
  }
  return checkText(user, 'completed_by', limits.user);
}

/** Users are the same whatever the case of their names. */
export function normalizeUser(user: string): string {
  return user.trim().toLowerCase();
}

/** Texts as a message lists them, the first few. */
export function quote(texts: readonly string[]): string {
  const shown = texts.slice(0, 10).map((text) => `'${text}'`);
  return [...shown, ...(texts.length > 10 ? ['…'] : [])].join(', ');
}

function checkText(text: string, field: string, most: number): string {
  if (text === '') throw refusedParameter(field, `\`${field}\` must be a non-empty string; got ''.`);
  if (text.length <= most) return text;
  throw refusedParameter(field, `\`${field}\` must be at most ${most} characters; got ${text.length}.`);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
