import { type Static, Type } from 'typebox';

/** Tensor datatypes of the Open Inference Protocol that a JSON body can carry. */
export const datatypes = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP32',
  'FP64',
  'BYTES',
] as const;
export type Datatype = (typeof datatypes)[number];

export const TensorSpec = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  datatype: Type.Enum([...datatypes]),
  shape: Type.Array(Type.Integer({ minimum: -1 }), { maxItems: 8, description: '-1 is the number of rows.' }),
});

/**
 * How requests map to the model file. Each input of the endpoint is one tensor; with `stackInto` the inputs are
 * one-dimensional columns ([rows] or [rows, 1]) laid side by side, in this order, into the one float32 matrix
 * input of that name. An output takes `column` of a two-dimensional `onnxOutput`, or the whole tensor.
 * `score` names the output that monitoring, receipts and delayed labels speak of (a probability in [0, 1]).
 */
export const Signature = Type.Object({
  inputs: Type.Array(TensorSpec, { minItems: 1, maxItems: 2000 }),
  stackInto: Type.Optional(Type.String({ minLength: 1 })),
  outputs: Type.Array(
    Type.Intersect([
      TensorSpec,
      Type.Object({
        onnxOutput: Type.String({ minLength: 1 }),
        column: Type.Optional(Type.Integer({ minimum: 0 })),
      }),
    ]),
    { minItems: 1, maxItems: 100 },
  ),
  score: Type.Optional(Type.String()),
});

/** Inputs with the outputs the model gave when it was trained; a release must reproduce them within `tolerance`. */
export const GoldenRows = Type.Object({
  inputs: Type.Record(Type.String(), Type.Array(Type.Union([Type.Number(), Type.String(), Type.Boolean()]))),
  outputs: Type.Record(Type.String(), Type.Array(Type.Number())),
  tolerance: Type.Number({ exclusiveMinimum: 0 }),
});

export type TensorSpec = Static<typeof TensorSpec>;
export type Signature = Static<typeof Signature>;
export type GoldenRows = Static<typeof GoldenRows>;
