// The least that can answer the same request: node:http, JSON, one ONNX Runtime session, one tensor. No checks, no routing, no
// receipts, no journal. Usage: bare-server.ts <model.onnx> <port>
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [path = '', port = '0'] = process.argv.slice(2);
const session = await InferenceSession.create(readFileSync(path), {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
});
const [input = ''] = session.inputNames;

interface Body {
  readonly inputs: readonly { readonly data: readonly number[] }[];
}

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const { inputs } = JSON.parse(Buffer.concat(chunks).toString()) as Body;
    const matrix = Float32Array.from(inputs, (column) => column.data[0] ?? 0);
    const { probabilities } = await session.run(
      { [input]: new Tensor('float32', matrix, [1, matrix.length]) },
      ['probabilities'],
    );
    const score = (probabilities as Tensor).data[1];
    const body = JSON.stringify({
      outputs: [{ name: 'probability', datatype: 'FP32', shape: [1], data: [score] }],
    });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));
