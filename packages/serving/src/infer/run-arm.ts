import { DividendError } from '@dividend/core/errors';
import type { ActiveRoute, RoutedArm } from '../routing/route-table.ts';
import type { InferEnvelope } from './parse-envelope.ts';
import { type ModelInputs, readInputs } from './read-inputs.ts';
import type { OutputColumn } from './read-outputs.ts';

/** What a release made of a request. */
export interface ArmAnswer {
  readonly arm: RoutedArm;
  readonly inputs: ModelInputs;
  readonly outputs: readonly OutputColumn[];
  /** Why the release that was asked first did not answer; undefined where it did. */
  readonly fault: DividendError | undefined;
}

export interface RunOptions {
  readonly maxRows: number;
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
}

/**
 * Runs the release of an arm; where another release than the stable one cannot answer, the stable one does, and the caller
 * does not notice. The first release gets half of the time that is left, so that the second still has some.
 *
 * @throws {DividendError} of the caller's kind where neither accepts the request; else the fault of the last release asked
 */
export async function runWithFallback(
  active: ActiveRoute,
  arm: RoutedArm,
  envelope: InferEnvelope,
  options: RunOptions,
): Promise<ArmAnswer> {
  if (arm.release.digest === active.stable.release.digest) return runArm(arm, envelope, options);
  const now = performance.now();
  try {
    return await runArm(arm, envelope, { ...options, deadline: now + (options.deadline - now) / 2 });
  } catch (error) {
    const fault = toFault(error);
    return { ...(await runArm(active.stable, envelope, options)), fault };
  }
}

export async function runArm(
  arm: RoutedArm,
  envelope: InferEnvelope,
  { maxRows, deadline }: RunOptions,
): Promise<ArmAnswer> {
  const { release, loaded } = arm;
  if (loaded === undefined) {
    throw new DividendError(
      'RELEASE_NOT_LOADED',
      'unavailable',
      `Version '${release.version}' is not loaded here`,
    );
  }
  const inputs = readInputs(release.signature, envelope.inputs, maxRows);
  checkOutputs(envelope.outputs, release.signature.outputs);
  if (!loaded.breaker.tryPass()) {
    throw new DividendError(
      'CIRCUIT_OPEN',
      'unavailable',
      `Version '${release.version}' failed several times in a row and rests; try again in some seconds`,
    );
  }
  try {
    const outputs = await loaded.run(inputs, deadline);
    loaded.breaker.succeed();
    return { arm, inputs, outputs, fault: undefined };
  } catch (error) {
    if (waited.has(toFault(error).code)) loaded.breaker.abandon();
    else loaded.breaker.fail();
    throw error;
  }
}

/** The request did not get its turn: nothing is known of the release. */
const waited: ReadonlySet<string> = new Set(['LANE_FULL', 'QUEUE_DEADLINE_EXCEEDED']);

/** Any error as one with a code, for counting. */
export function toFault(error: unknown): DividendError {
  if (error instanceof DividendError) return error;
  return new DividendError('INTERNAL', 'internal', 'The request failed by a fault of the server', {
    cause: error,
  });
}

/** A mistake of the caller, not a fault of a release. */
export function isRejection(error: DividendError): boolean {
  return error.kind === 'invalid_argument' || error.kind === 'too_large' || error.kind === 'not_found';
}

function checkOutputs(
  asked: readonly string[] | undefined,
  outputs: readonly { readonly name: string }[],
): void {
  const unknown = asked?.find((name) => !outputs.some((output) => output.name === name));
  if (unknown === undefined) return;
  throw new DividendError(
    'INVALID_REQUEST',
    'invalid_argument',
    `Output '${unknown}': expected one of '${outputs.map(({ name }) => name).join("', '")}'`,
    { field: unknown },
  );
}
