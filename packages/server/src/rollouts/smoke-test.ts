import type { GoldenRows, Signature } from '@dividend/contracts/serving';

export interface SmokeRequest {
  /** Base URL of a serving process. */
  readonly servingUrl: string;
  /** Name the release answers under: `<endpoint>@staging`. */
  readonly modelName: string;
  readonly version: string;
  readonly signature: Signature;
  readonly golden: GoldenRows;
}

export interface SmokeResult {
  readonly passed: boolean;
  readonly detail: string;
  readonly evidence: Record<string, unknown>;
}

interface Answer {
  readonly model_version?: string;
  readonly outputs?: readonly { readonly name: string; readonly data: readonly unknown[] }[];
}

const timeoutMs = 10_000;
/** A process that is being replaced refuses connections for a moment; a release that fails answers at once. */
const attempts = 5;
const firstWaitMs = 100;

/** Sends the golden rows as a caller would, over the Open Inference Protocol, and compares what comes back. */
export async function smokeTest(request: SmokeRequest): Promise<SmokeResult> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(request);
    if (answer.kind === 'answered') return compare(request, answer.body);
    if (!answer.retryable || attempt === attempts) {
      return { passed: false, detail: answer.reason, evidence: { attempts: attempt } };
    }
    await new Promise((resolve) => setTimeout(resolve, firstWaitMs * 2 ** attempt));
  }
}

type Asked =
  | { readonly kind: 'answered'; readonly body: Answer }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryable: boolean };

async function ask({ servingUrl, modelName, signature, golden }: SmokeRequest): Promise<Asked> {
  const url = new URL(`/v2/models/${encodeURIComponent(modelName)}/infer`, servingUrl);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: toTensors(signature, golden) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await response.text();
    if (response.ok) return { kind: 'answered', body: JSON.parse(body) as Answer };
    const reason = `'${modelName}' answered the golden rows with status ${response.status}: ${body.slice(0, 500)}`;
    return { kind: 'failed', reason, retryable: response.status === 503 || response.status === 404 };
  } catch (error) {
    const cause = (error as Error).cause;
    const reason = `'${modelName}' did not answer at ${url.origin}: ${(cause as Error)?.message || (error as Error).message}`;
    return { kind: 'failed', reason, retryable: true };
  }
}

function toTensors(signature: Signature, golden: GoldenRows) {
  return signature.inputs.map(({ name, datatype, shape }) => {
    const data = golden.inputs[name] ?? [];
    const rest = shape.slice(1);
    const width = rest.reduce((product, size) => product * size, 1);
    return { name, datatype, shape: [data.length / width, ...rest], data };
  });
}

function compare({ modelName, version, golden }: SmokeRequest, answer: Answer): SmokeResult {
  if (answer.model_version !== version) {
    return {
      passed: false,
      detail: `'${modelName}' was answered by version '${answer.model_version}', not by '${version}'`,
      evidence: {},
    };
  }
  let maxDifference = 0;
  for (const [name, expected] of Object.entries(golden.outputs)) {
    const got = answer.outputs?.find((output) => output.name === name)?.data ?? [];
    const difference = computeMaxDifference(expected, got);
    if (!(difference <= golden.tolerance)) {
      const detail = `Output '${name}' differs from the golden rows by ${difference}, more than the tolerance ${golden.tolerance}`;
      return { passed: false, detail, evidence: { output: name } };
    }
    maxDifference = Math.max(maxDifference, difference);
  }
  return {
    passed: true,
    detail: `Golden rows reproduced over HTTP to ${maxDifference}`,
    evidence: { maxDifference, tolerance: golden.tolerance },
  };
}

/** NaN where the answer has another length or something that is no number. */
function computeMaxDifference(expected: readonly number[], got: readonly unknown[]): number {
  if (got.length !== expected.length) return Number.NaN;
  return expected.reduce(
    (greatest, value, index) => Math.max(greatest, Math.abs(value - Number(got[index] ?? Number.NaN))),
    0,
  );
}
