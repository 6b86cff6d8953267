import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';
import {
  columnField,
  fetchPage,
  filterToSql,
  invalidFilter,
  parseFilter,
  type SearchField,
} from '../../search/index.ts';

export const issueStatuses = ['pending', 'rejected', 'resolved'] as const;
export type IssueStatus = (typeof issueStatuses)[number];

/** The least first. */
export const issueSeverities = ['not_an_issue', 'low', 'medium', 'high'] as const;
export type IssueSeverity = (typeof issueSeverities)[number];

/** A problem that was found in the traces of an experiment; rows of `trace_issue`. */
export interface Issue {
  readonly issue_id: string;
  readonly experiment_id: number;
  readonly name: string;
  readonly description: string;
  readonly status: IssueStatus;
  readonly severity: IssueSeverity | null;
  readonly root_causes: readonly string[];
  readonly categories: readonly string[];
  readonly source_run_id: string | null;
  readonly created_by: string | null;
  readonly created_ms: number;
  readonly updated_ms: number;
}

export async function insertIssue(db: Db, issue: Issue): Promise<void> {
  await sql`
    INSERT INTO trace_issue (issue_id, experiment_id, name, description, status, severity, root_causes, categories,
      source_run_id, created_by, created_ms, updated_ms)
    VALUES (${issue.issue_id}, ${issue.experiment_id}, ${issue.name}, ${issue.description}, ${issue.status},
      ${issue.severity}, ${JSON.stringify(issue.root_causes)}, ${JSON.stringify(issue.categories)},
      ${issue.source_run_id}, ${issue.created_by}, ${issue.created_ms}, ${issue.updated_ms})`.execute(db);
}

/** @throws {DividendError} ISSUE_NOT_FOUND */
export async function getIssue(db: Db, issueId: string): Promise<Issue> {
  const { rows } = await sql<Issue>`SELECT * FROM trace_issue WHERE issue_id = ${issueId}`.execute(db);
  if (rows[0] !== undefined) return rows[0];
  throw issueNotFound(issueId);
}

/** What is undefined stays as it is. @throws {DividendError} ISSUE_NOT_FOUND */
export async function updateIssue(
  db: Db,
  issueId: string,
  change: Partial<Pick<Issue, 'name' | 'description' | 'status' | 'severity'>>,
  nowMs: number,
): Promise<Issue> {
  const { rows } = await sql<Issue>`
    UPDATE trace_issue SET name = coalesce(${change.name ?? null}, name),
      description = coalesce(${change.description ?? null}, description),
      status = coalesce(${change.status ?? null}, status), severity = coalesce(${change.severity ?? null}, severity),
      updated_ms = ${nowMs}
    WHERE issue_id = ${issueId} RETURNING *`.execute(db);
  if (rows[0] !== undefined) return rows[0];
  throw issueNotFound(issueId);
}

/**
 * The most severe first, then the newest.
 * @throws {DividendError} FILTER_INVALID, PAGE_TOKEN_INVALID
 */
export async function searchIssues(
  db: Db,
  search: {
    readonly experimentId: number | undefined;
    readonly filter: string;
    readonly maxResults: number;
    readonly pageToken: string | undefined;
  },
): Promise<{ issues: Issue[]; nextPageToken: string | undefined }> {
  const { experimentId, filter, maxResults, pageToken } = search;
  const rank = sql`coalesce(array_position(${[...issueSeverities]}::text[], i.severity), 0)`;
  const { rows, nextPageToken } = await fetchPage<Issue>(db, {
    question: `issues ${JSON.stringify([experimentId, filter])}`,
    columns: sql`i.*`,
    from: sql`trace_issue AS i`,
    where: [
      experimentId === undefined ? sql`true` : sql`i.experiment_id = ${experimentId}`,
      filterToSql(parseFilter(filter), issueField),
    ],
    order: [
      { value: rank, type: 'number', descending: true },
      { value: sql`i.created_ms`, type: 'number', descending: true },
      { value: sql`i.issue_id`, type: 'text', descending: true },
    ],
    limit: maxResults,
    pageToken,
  });
  return { issues: rows, nextPageToken };
}

/** Traces that an issue was found in, by the id of the issue. */
export async function countIssueTraces(db: Db, issueIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ name: string; traces: number }>`
    SELECT name, count(DISTINCT trace_id) AS traces FROM trace_assessment
    WHERE kind = 'issue' AND name = ANY(${issueIds}::text[]) GROUP BY name`.execute(db);
  return new Map(rows.map(({ name, traces }) => [name, traces]));
}

function issueField(entity: string | undefined, key: string): SearchField {
  if (entity === undefined && key === 'status')
    return columnField('status', 'text', sql`i.status`, ['=', '!=']);
  if (entity === undefined && key === 'source_run_id') {
    return columnField('source_run_id', 'text', sql`i.source_run_id`, ['=', '!=']);
  }
  throw invalidFilter(`Invalid attribute key '${key}' specified. Valid keys are 'status', 'source_run_id'`);
}

function issueNotFound(issueId: string): DividendError {
  return new DividendError('ISSUE_NOT_FOUND', 'not_found', `Issue with ID '${issueId}' not found.`, {
    field: 'issue_id',
  });
}
