import type { Cohort } from '@dividend/core/receipts';
import { type Fetch, requestJson } from './http.ts';

export interface PredictRequest {
  /** Column name → one value a row; all columns equally long. */
  readonly inputs: Readonly<Record<string, readonly (number | string | boolean)[]>>;
  /** Whom the prediction is for: the same unit meets the same release while a rollout lasts. */
  readonly unitId?: string;
  /** The time the prediction speaks of; default: when it arrives. */
  readonly eventTime?: Date;
  readonly id?: string;
}

export interface Prediction {
  readonly version: string;
  readonly cohort: Cohort;
  /** One a row; a label that comes later names its receipt. */
  readonly receipts: readonly string[];
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

interface InferAnswer {
  readonly model_version: string;
  readonly parameters: { readonly cohort: Cohort; readonly receipts: string };
  readonly outputs: readonly { readonly name: string; readonly data: readonly number[] }[];
}

/** Asks an endpoint over the Open Inference Protocol. `datatypes` default: FP32 for numbers, BYTES for strings, BOOL. */
export async function predict(
  fetch: Fetch,
  servingUrl: string,
  endpoint: string,
  request: PredictRequest,
): Promise<Prediction> {
  const answer = await requestJson<InferAnswer>(
    fetch,
    servingUrl,
    `/v2/models/${encodeURIComponent(endpoint)}/infer`,
    {
      json: {
        ...(request.id === undefined ? {} : { id: request.id }),
        parameters: {
          ...(request.unitId === undefined ? {} : { unit_id: request.unitId }),
          ...(request.eventTime === undefined ? {} : { event_time: request.eventTime.toISOString() }),
        },
        inputs: Object.entries(request.inputs).map(([name, data]) => ({
          name,
          shape: [data.length],
          datatype: datatypeOf(data[0]),
          data,
        })),
      },
    },
  );
  return {
    version: answer.model_version,
    cohort: answer.parameters.cohort,
    receipts: answer.parameters.receipts.split(','),
    outputs: Object.fromEntries(answer.outputs.map((output) => [output.name, output.data])),
  };
}

function datatypeOf(value: number | string | boolean | undefined): 'FP32' | 'BYTES' | 'BOOL' {
  if (typeof value === 'string') return 'BYTES';
  return typeof value === 'boolean' ? 'BOOL' : 'FP32';
}
