import { parentPort } from 'node:worker_threads';
import { loadOnnxModel, type OnnxModel } from './onnx-model.ts';
import { readVerified } from './read-verified.ts';
import type { LaneJob, LaneMessage, LaneReply } from './worker-lane.ts';

const models = new Map<string, Promise<OnnxModel>>();

parentPort?.on('message', async (message: LaneMessage) => {
  if (message.kind === 'forget') {
    const model = await models.get(message.weightsDigest)?.catch(() => undefined);
    models.delete(message.weightsDigest);
    await model?.release();
    return;
  }
  parentPort?.postMessage(await run(message.job));
});

async function run(job: LaneJob): Promise<LaneReply> {
  try {
    let model = models.get(job.weightsDigest);
    if (model === undefined) {
      model = readVerified(job.weightsPath, job.weightsDigest).then((weights) => loadOnnxModel(weights));
      models.set(job.weightsDigest, model);
    }
    const tensors = await (await model).run(job.feeds, job.outputNames);
    const plain = Object.entries(tensors).map(([name, { type, data, dims }]) => [name, { type, data, dims }]);
    return { ok: true, tensors: Object.fromEntries(plain) };
  } catch (error) {
    models.delete(job.weightsDigest);
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
