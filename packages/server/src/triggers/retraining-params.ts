import { durationSeconds, type ModelSpec, type TriggerSpec } from '@dividend/contracts/spec';

/**
 * Days of data for a retraining, of those params that the pipeline declares as text: `to` is the end of the window that
 * fired (exclusive), or the day before which labels are known where they do not reach so far: nothing of the future is
 * learned in a replay. `from` lies the trigger's lookback before that window's end. `YYYY-MM-DD`.
 */
export function toRetrainingParams(
  spec: ModelSpec,
  trigger: TriggerSpec,
  times: { readonly firedAt: Date; readonly labelledUntil: Date },
): Record<string, string> {
  const declared = spec.pipeline.params ?? {};
  const params: Record<string, string> = {};
  if (typeof declared.from === 'string' && trigger.lookback !== undefined)
    params.from = toDay(new Date(times.firedAt.getTime() - durationSeconds(trigger.lookback) * 1000));
  if (typeof declared.to === 'string')
    params.to = toDay(new Date(Math.min(times.labelledUntil.getTime(), times.firedAt.getTime())));
  return params;
}

function toDay(time: Date): string {
  return time.toISOString().slice(0, 10);
}
