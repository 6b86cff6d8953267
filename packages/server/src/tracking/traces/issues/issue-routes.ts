import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import type { Platform } from '../../../platform/platform.ts';
import {
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  refusedParameter,
  toWireList,
  toWireOptional,
} from '../../door/index.ts';
import type { ExperimentService } from '../../experiments/experiment-service.ts';
import { checkLength, checkMaxResults, parseExperimentId } from '../../log-limits.ts';
import {
  countIssueTraces,
  getIssue,
  type Issue,
  insertIssue,
  issueSeverities,
  issueStatuses,
  searchIssues,
  updateIssue,
} from './issue-store.ts';

const path = '/3.0/mlflow/issues';
const text = Type.Optional(Type.String());
const texts = Type.Optional(Type.Array(Type.String()));
const Status = Type.Union(issueStatuses.map((status) => Type.Literal(status)));
const Severity = Type.Union(issueSeverities.map((severity) => Type.Literal(severity)));
const limits = { name: 250, description: 50_000, id: 500, causes: 100, cause: 5000 } as const;
const mostIssues = 1000;

const IssueMessage = Type.Object(
  {
    issue_id: Type.String(),
    experiment_id: Type.String(),
    name: Type.String(),
    description: Type.String(),
    status: Status,
    severity: Type.Optional(Severity),
    root_causes: texts,
    categories: texts,
    source_run_id: text,
    created_by: text,
    created_timestamp: Type.Integer({ description: 'Unix milliseconds.' }),
    last_updated_timestamp: Type.Integer({ description: 'Unix milliseconds.' }),
    trace_count: Type.Optional(Type.Integer()),
  },
  { title: 'Issue' },
);
const IssueAnswer = Type.Object({ issue: IssueMessage });

/** Problems that were found in traces; a trace is put to one by an assessment. */
export function issueRoutes({ db, clock }: Platform, experiments: ExperimentService): MlflowRoute[] {
  const nowMs = () => clock.now().getTime();
  return [
    mlflowRoute({
      method: 'POST',
      path,
      summary: 'Create an issue',
      request: Type.Object({
        experiment_id: Type.String(),
        name: Type.String(),
        description: text,
        status: Type.Optional(Status),
        severity: Type.Optional(Severity),
        root_causes: texts,
        categories: texts,
        source_run_id: text,
        created_by: text,
      }),
      answer: IssueAnswer,
      handle: async (input) => {
        const { experimentId } = await experiments.getActive(input.experiment_id);
        const createdMs = nowMs();
        const issue: Issue = {
          issue_id: `iss-${randomBytes(16).toString('hex')}`,
          experiment_id: experimentId,
          name: checkLength(input.name, limits.name, 'name'),
          description: checkLength(input.description ?? '', limits.description, 'description'),
          status: input.status ?? 'pending',
          severity: input.severity ?? null,
          root_causes: checkTexts(input.root_causes, 'root_causes'),
          categories: checkTexts(input.categories, 'categories'),
          source_run_id: limited(input.source_run_id, 'source_run_id'),
          created_by: limited(input.created_by, 'created_by'),
          created_ms: createdMs,
          updated_ms: createdMs,
        };
        await insertIssue(db, issue);
        return { issue: toWireIssue(issue) };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/:issue_id`,
      summary: 'Read an issue',
      request: Type.Object({ issue_id: Type.String() }),
      answer: IssueAnswer,
      handle: async ({ issue_id }) => ({ issue: toWireIssue(await getIssue(db, issue_id)) }),
    }),
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/:issue_id`,
      summary: 'Change name, description, status or severity of an issue',
      request: Type.Object({
        issue_id: Type.String(),
        name: text,
        description: text,
        status: Type.Optional(Status),
        severity: Type.Optional(Severity),
      }),
      answer: IssueAnswer,
      handle: async ({ issue_id, name, description, status, severity }) => {
        const change = {
          ...(name ? { name: checkLength(name, limits.name, 'name') } : {}),
          ...(description === undefined
            ? {}
            : { description: checkLength(description, limits.description, 'description') }),
          ...(status ? { status } : {}),
          ...(severity ? { severity } : {}),
        };
        return { issue: toWireIssue(await updateIssue(db, issue_id, change, nowMs())) };
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/search`,
      summary: 'Search issues by status or source run, the most severe first',
      request: Type.Object({
        experiment_id: text,
        filter_string: text,
        max_results: maxResults(100, mostIssues),
        page_token: text,
        include_trace_count: Type.Optional(Type.Boolean()),
      }),
      answer: listOf('issues', IssueMessage),
      handle: async (input) => {
        const { issues, nextPageToken } = await searchIssues(db, {
          experimentId: input.experiment_id ? parseExperimentId(input.experiment_id) : undefined,
          filter: input.filter_string ?? '',
          maxResults: checkMaxResults(input.max_results || 100, mostIssues),
          pageToken: input.page_token,
        });
        const ids = issues.map(({ issue_id }) => issue_id);
        const traces = input.include_trace_count ? await countIssueTraces(db, ids) : undefined;
        return {
          issues: toWireList(
            issues.map((issue) => toWireIssue(issue, traces && (traces.get(issue.issue_id) ?? 0))),
          ),
          next_page_token: nextPageToken,
        };
      },
    }),
  ];
}

function limited(value: string | undefined, field: string): string | null {
  return value ? checkLength(value, limits.id, field) : null;
}

function checkTexts(list: readonly string[] = [], field: string): readonly string[] {
  if (list.length > limits.causes) {
    throw refusedParameter(
      field,
      `'${field}' takes at most ${limits.causes} texts, these are ${list.length}`,
    );
  }
  return list.map((item) => checkLength(item, limits.cause, field));
}

function toWireIssue(issue: Issue, traceCount?: number): object {
  return {
    issue_id: issue.issue_id,
    experiment_id: String(issue.experiment_id),
    name: issue.name,
    description: issue.description,
    status: issue.status,
    severity: toWireOptional(issue.severity),
    root_causes: toWireList(issue.root_causes),
    categories: toWireList(issue.categories),
    source_run_id: toWireOptional(issue.source_run_id),
    created_by: toWireOptional(issue.created_by),
    created_timestamp: issue.created_ms,
    last_updated_timestamp: issue.updated_ms,
    trace_count: traceCount,
  };
}
