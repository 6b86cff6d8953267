import type { MetricCurve } from '@dividend/contracts/api';

export const curveAxes = ['step', 'time', 'relative'] as const;
/** Step; wall time in Unix milliseconds; milliseconds since the run began. */
export type CurveAxis = (typeof curveAxes)[number];

export interface CurveZoom {
  readonly from: number;
  readonly to: number;
}

/** A curve along one axis, ready to be drawn; lists of one length. */
export interface CurveLine {
  readonly label: string;
  /** Name of a colour of the theme. */
  readonly color: string;
  readonly x: readonly number[];
  /** Null leaves a gap. */
  readonly y: readonly (number | null)[];
  /** Logged points that each place stands for, its bounds and where it begins and ends; absent where each place is one point. */
  readonly parts?: {
    readonly counts: readonly number[];
    readonly least: readonly (number | null)[];
    readonly greatest: readonly (number | null)[];
    readonly fromX: readonly number[];
    readonly toX: readonly number[];
  };
  readonly oddities: MetricCurve['oddities'];
  /** The other axis, for who reads a point. */
  readonly steps: readonly number[];
  readonly times: readonly number[];
}

export function toCurveLine(
  curve: MetricCurve,
  { axis, origin, label, color }: { axis: CurveAxis; origin: number; label: string; color: string },
): CurveLine {
  const isSteps = axis === 'step';
  const shift = axis === 'relative' ? origin : 0;
  const along = (steps: readonly number[], times: readonly number[]) =>
    isSteps ? steps : shift === 0 ? times : times.map((time) => time - shift);
  const { parts, steps, times, values, oddities } = curve;
  return {
    label,
    color,
    x: along(steps, times),
    y: values,
    oddities,
    steps,
    times,
    ...(parts === undefined
      ? {}
      : {
          parts: {
            counts: parts.counts,
            least: parts.least,
            greatest: parts.greatest,
            fromX: along(parts.fromSteps, parts.fromTimes),
            toX: along(parts.toSteps, parts.toTimes),
          },
        }),
  };
}

/** A coarse curve with a finer one put in its place over an interval: what lies outside leads up to it. */
export function refineLine(coarse: CurveLine, fine: CurveLine, { from, to }: CurveZoom): CurveLine {
  const begin = (line: CurveLine, at: number) => line.parts?.fromX[at] ?? line.x[at] ?? 0;
  const end = (line: CurveLine, at: number) => line.parts?.toX[at] ?? line.x[at] ?? 0;
  const places = (line: CurveLine, isKept: (at: number) => boolean) =>
    line.x.map((_x, at) => ({ line, at })).filter(({ at }) => isKept(at));
  const all = [
    ...places(coarse, (at) => end(coarse, at) < from),
    ...places(fine, () => true),
    ...places(coarse, (at) => begin(coarse, at) > to),
  ];
  const oddities = all.flatMap(({ line, at }, place) =>
    line.oddities.filter((oddity) => oddity.at === at).map(({ value }) => ({ at: place, value })),
  );
  return {
    label: coarse.label,
    color: coarse.color,
    x: all.map(({ line, at }) => line.x[at] ?? 0),
    y: all.map(({ line, at }) => line.y[at] ?? null),
    steps: all.map(({ line, at }) => line.steps[at] ?? 0),
    times: all.map(({ line, at }) => line.times[at] ?? 0),
    oddities,
    ...(coarse.parts === undefined && fine.parts === undefined
      ? {}
      : {
          parts: {
            counts: all.map(({ line, at }) => line.parts?.counts[at] ?? 1),
            least: all.map(({ line, at }) => (line.parts ? line.parts.least[at] : line.y[at]) ?? null),
            greatest: all.map(({ line, at }) => (line.parts ? line.parts.greatest[at] : line.y[at]) ?? null),
            fromX: all.map(({ line, at }) => begin(line, at)),
            toX: all.map(({ line, at }) => end(line, at)),
          },
        }),
  };
}
