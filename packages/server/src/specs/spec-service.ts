import type { ApplyRequest, ApplyResult } from '@dividend/contracts/api';
import type { AppliedSpec } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import { applySpec } from './apply-spec.ts';
import { findSpec, holdModel, listSpecs } from './spec-store.ts';

/** What people declared of each model: every spec ever applied, by digest, and the one in force. */
export interface SpecService {
  /** Idempotent. @throws {DividendError} SPEC_INVALID, SPEC_FILE_INVALID, SPEC_BASE_DIR_INVALID */
  apply(request: ApplyRequest): Promise<ApplyResult>;
  /** The spec in force. @throws {DividendError} SPEC_NOT_FOUND */
  getCurrent(model: string): Promise<AppliedSpec>;
  findCurrent(model: string): Promise<AppliedSpec | undefined>;
  /** The spec in force, which stays so until the transaction ends; where there is none, none is applied until then. */
  holdCurrent(tx: Tx, model: string): Promise<AppliedSpec | undefined>;
  /** As it was last applied. @throws {DividendError} SPEC_NOT_FOUND */
  get(digest: string): Promise<AppliedSpec>;
  /** The spec in force of each model, by name. */
  list(): Promise<AppliedSpec[]>;
}

export function createSpecService(platform: Platform, ledger: Pick<Ledger, 'append'>): SpecService {
  const { db } = platform;
  return {
    apply: (request) => applySpec(platform, ledger, request),
    findCurrent: (model) => findSpec(db, { model }),
    holdCurrent: async (tx, model) => {
      await holdModel(tx, model);
      return findSpec(tx, { model });
    },
    getCurrent: async (model) =>
      (await findSpec(db, { model })) ??
      fail(`No spec was applied for model '${model}'; apply its dividend.yaml first`),
    get: async (digest) =>
      (await findSpec(db, { digest })) ?? fail(`No spec with digest '${digest}' was applied`),
    list: () => listSpecs(db),
  };
}

function fail(message: string): never {
  throw new DividendError('SPEC_NOT_FOUND', 'not_found', message);
}
