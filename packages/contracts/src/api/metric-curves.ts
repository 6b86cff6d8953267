import { type Static, Type } from 'typebox';

export const MetricCurveQuery = Type.Object({
  runs: Type.String({
    minLength: 1,
    maxLength: 20_000,
    description: 'At most 100 run ids, joined by commas.',
  }),
  key: Type.String({ minLength: 1, maxLength: 250 }),
  axis: Type.Optional(
    Type.Union([Type.Literal('step'), Type.Literal('time')], {
      description: 'What `from` and `to` are, and along what it is thinned. Default `step`.',
    }),
  ),
  from: Type.Optional(Type.Integer({ description: 'Step or Unix milliseconds, included.' })),
  to: Type.Optional(Type.Integer({ description: 'Step or Unix milliseconds, included.' })),
  fromTime: Type.Optional(
    Type.Integer({
      description:
        'Unix milliseconds, included: points logged before are left out. An index knows times, not steps.',
    }),
  ),
  toTime: Type.Optional(Type.Integer({ description: 'Unix milliseconds, included.' })),
  parts: Type.Optional(
    Type.Integer({ minimum: 10, maximum: 2000, default: 400, description: 'About the width of the chart.' }),
  ),
});

const Doubles = Type.Array(Type.Union([Type.Number(), Type.Null()]));
const Integers = Type.Array(Type.Integer());

/** A metric of one run over its course. Lists of one length hold a point, or a part of a thinned curve, at each place. */
export const MetricCurve = Type.Object({
  runId: Type.String(),
  points: Type.Integer({ description: 'Logged in the interval.' }),
  steps: Type.Array(Type.Number()),
  /** Unix milliseconds. */
  times: Type.Array(Type.Number()),
  /** Of a part the mean of what is finite; null where nothing is. */
  values: Doubles,
  /** What is not finite, by place. */
  oddities: Type.Array(
    Type.Object({
      at: Type.Integer(),
      value: Type.Union([Type.Literal('NaN'), Type.Literal('Infinity'), Type.Literal('-Infinity')]),
    }),
  ),
  /** Of a thinned curve, by place: how many points a part stands for, between which bounds. */
  parts: Type.Optional(
    Type.Object({
      counts: Integers,
      least: Doubles,
      greatest: Doubles,
      fromSteps: Integers,
      toSteps: Integers,
      fromTimes: Integers,
      toTimes: Integers,
    }),
  ),
});

export const MetricCurves = Type.Object({ curves: Type.Array(MetricCurve) });

export type MetricCurveQuery = Static<typeof MetricCurveQuery>;
export type MetricCurve = Static<typeof MetricCurve>;
export type MetricCurves = Static<typeof MetricCurves>;
