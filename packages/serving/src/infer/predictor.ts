import { setImmediate as nextTurn } from 'node:timers/promises';
import { DividendError } from '@dividend/core/errors';
import type { Limits } from '../config.ts';
import type { Journal } from '../journal/journal.ts';
import { defineRelease, type ReleaseDefinition, type RequestRecord } from '../journal/request-record.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RoutedArm, RouteTable } from '../routing/route-table.ts';
import { encodeRows, rowsPerTurn } from './encode-rows.ts';
import { type InferEnvelope, parseEnvelope } from './parse-envelope.ts';
import { getActive, noSnapshot, type Placement, place, placeUnknown, toCountingKey } from './placement.ts';
import type { ReceiptIssuer } from './receipt-issuer.ts';
import { type ArmAnswer, isRejection, runArm, runWithFallback, toFault } from './run-arm.ts';
import { writeAnswer } from './write-answer.ts';

/** One request for predictions, its body read. */
export interface InferCall {
  readonly modelName: string;
  /** Version asked for in the address; undefined: whichever the route says. */
  readonly version: string | undefined;
  readonly body: Buffer;
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
  isCallerGone(): boolean;
}

export interface Predictor {
  /**
   * Answers a request; when it resolves, its predictions are in the journal.
   * @returns the JSON body of the response
   * @throws {DividendError} with the kind the caller is told
   */
  predict(call: InferCall): Promise<string>;
  /** Counts a request that was turned away before its body was read. */
  turnAway(modelName: string, error: DividendError): void;
}

export interface PredictorOptions {
  readonly routes: RouteTable;
  readonly receipts: () => ReceiptIssuer | undefined;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly limits: Limits;
}

export function createPredictor(options: PredictorOptions): Predictor {
  const { routes, journal, metrics, limits } = options;
  const definitions = new WeakMap<object, ReleaseDefinition>();

  const definitionOf = ({ release }: RoutedArm): ReleaseDefinition => {
    const known = definitions.get(release) ?? defineRelease(release);
    definitions.set(release, known);
    return known;
  };

  const countFault = (placement: Placement, error: DividendError): void => {
    const outcome = isRejection(error) ? 'rejected' : 'error';
    const record: RequestRecord = {
      ...toCountingKey(placement, placement.arm),
      requests: 1,
      outcome,
      code: error.code,
      rows: 0,
    };
    metrics.count(record);
    journal.note({ record, release: definitionOf(placement.arm), rows: [], rowLines: [] });
  };

  const predict = async (call: InferCall): Promise<string> => {
    const startedAt = performance.now();
    const receipts = options.receipts();
    if (receipts === undefined) throw noSnapshot();
    const active = getActive(routes, call.modelName);
    let placement = placeUnknown(active);
    let answer: ArmAnswer;
    let envelope: InferEnvelope;
    try {
      envelope = parseEnvelope(call.body);
      placement = place(active, envelope, call.version);
      if (call.isCallerGone()) throw cancelled();
      const run = { maxRows: limits.maxRows, deadline: call.deadline };
      answer =
        call.version === undefined
          ? await runWithFallback(active, placement.arm, envelope, run)
          : await runArm(placement.arm, envelope, run);
    } catch (error) {
      const fault = toFault(error);
      countFault(placement, fault);
      throw fault;
    }
    if (answer.fault !== undefined) countFault(placement, answer.fault);
    return acknowledge(call, envelope, placement, answer, receipts, startedAt);
  };

  /** Writes answer and journal entry, and gives the answer out once the entry is safe. */
  const acknowledge = async (
    call: InferCall,
    envelope: InferEnvelope,
    placement: Placement,
    answer: ArmAnswer,
    issuer: ReceiptIssuer,
    startedAt: number,
  ): Promise<string> => {
    const { arm, inputs, outputs } = answer;
    const key = toCountingKey(placement, arm);
    const receipts = await issueReceipts(issuer, placement, answer);
    const wanted = outputs.filter(({ name }) => envelope.outputs?.includes(name) ?? true);
    const { digest, version } = arm.release;
    const head = {
      modelName: call.modelName,
      version,
      id: envelope.id,
      release: digest,
      cohort: arm.cohort,
      receipts,
    };
    const body = writeAnswer(head, wanted);
    const latencyMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
    const shared = {
      endpoint: key.endpoint,
      environment: key.environment,
      release: digest,
      cohort: arm.cohort,
      rolloutIndex: key.rolloutIndex,
      unitId: placement.unitId,
      eventTime: new Date(placement.eventTimeMs).toISOString(),
      servedAt: new Date().toISOString(),
      latencyMs,
    };
    const { rows, lines } = await encodeRows(shared, receipts, inputs.columns, outputs);
    const requests = answer.fault === undefined ? 1 : 0;
    const record: RequestRecord = { ...key, requests, outcome: 'answered', rows: rows.length, latencyMs };
    try {
      await journal.commit({ record, release: definitionOf(arm), rows, rowLines: lines });
    } catch (error) {
      const fault = toFault(error);
      if (answer.fault === undefined) countFault({ ...placement, arm }, fault);
      throw fault;
    }
    metrics.count({ ...record, latencyMs: performance.now() - startedAt });
    return body;
  };

  return {
    predict,
    turnAway: (modelName, error) => {
      const active = routes.find(modelName);
      if (active !== undefined) countFault(placeUnknown(active), error);
    },
  };
}

function cancelled(): DividendError {
  return new DividendError('CANCELLED', 'invalid_argument', 'The caller closed the connection');
}

async function issueReceipts(
  issuer: ReceiptIssuer,
  placement: Placement,
  answer: ArmAnswer,
): Promise<string[]> {
  const { arm, inputs, outputs } = answer;
  const score = outputs.find(({ name }) => name === arm.release.signature.score);
  const fields = {
    eventTimeMs: placement.eventTimeMs,
    releaseIndex: arm.releaseIndex,
    rolloutIndex: placement.rolloutIndex,
    cohort: arm.cohort,
  };
  const receipts: string[] = [];
  for (let row = 0; row < inputs.rows; row++) {
    if (row > 0 && row % rowsPerTurn === 0) await nextTurn();
    receipts.push(
      issuer.issue({ ...fields, score: score === undefined ? null : Number(score.data[row * score.width]) }),
    );
  }
  return receipts;
}
