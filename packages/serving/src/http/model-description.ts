import type { Datatype, TensorSpec } from '@dividend/contracts/serving';
import type { ActiveRoute } from '../routing/route-table.ts';

const tritonTypes: Readonly<Record<Datatype, string>> = {
  BOOL: 'TYPE_BOOL',
  UINT8: 'TYPE_UINT8',
  UINT16: 'TYPE_UINT16',
  UINT32: 'TYPE_UINT32',
  UINT64: 'TYPE_UINT64',
  INT8: 'TYPE_INT8',
  INT16: 'TYPE_INT16',
  INT32: 'TYPE_INT32',
  INT64: 'TYPE_INT64',
  FP32: 'TYPE_FP32',
  FP64: 'TYPE_FP64',
  BYTES: 'TYPE_STRING',
};

const describeTensor = ({ name, datatype, shape }: TensorSpec) => ({ name, datatype, shape });

/** Model metadata of the Open Inference Protocol: the stable release speaks for the endpoint. */
export function describeModel(modelName: string, active: ActiveRoute) {
  const { signature } = active.stable.release;
  return {
    name: modelName,
    versions: [...new Set(active.arms.map((arm) => arm.release.version))],
    platform: 'onnx_onnxv1',
    inputs: signature.inputs.map(describeTensor),
    outputs: signature.outputs.map(describeTensor),
  };
}

/** What Triton's clients and perf_analyzer ask before they send load. Batching is by the shape of the tensors: `max_batch_size` 0. */
export function describeConfig(modelName: string, active: ActiveRoute) {
  const { signature } = active.stable.release;
  const toConfig = ({ name, datatype, shape }: TensorSpec) => ({
    name,
    data_type: tritonTypes[datatype],
    dims: shape,
  });
  return {
    name: modelName,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    max_batch_size: 0,
    input: signature.inputs.map(toConfig),
    output: signature.outputs.map(toConfig),
  };
}
