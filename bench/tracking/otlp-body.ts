import { randomBytes } from 'node:crypto';

/** Field numbers of opentelemetry/proto/trace/v1/trace.proto and its collector request. */
const spansPerRequest = 10;

/** An ExportTraceServiceRequest in protobuf: one finished trace of ten spans, a root and nine children, as an agent leaves. */
export function createOtlpBody(): Buffer {
  const traceId = randomBytes(16);
  const rootId = randomBytes(8);
  const endNs = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: spansPerRequest }, (_, index) => {
    const isRoot = index === 0;
    const attributes = [
      attribute('mlflow.traceRequestId', JSON.stringify(`tr-${traceId.toString('hex')}`)),
      attribute('mlflow.spanType', JSON.stringify(isRoot ? 'AGENT' : 'TOOL')),
      attribute(
        'mlflow.spanInputs',
        JSON.stringify({ question: 'Which flights are late today?', step: index }),
      ),
      attribute('mlflow.spanOutputs', JSON.stringify({ answer: 'Those through Chicago, by forty minutes.' })),
    ];
    return bytes(2, [
      bytes(1, [traceId]),
      bytes(2, [isRoot ? rootId : randomBytes(8)]),
      ...(isRoot ? [] : [bytes(4, [rootId])]),
      bytes(5, [Buffer.from(isRoot ? 'answer' : `tool-${index}`)]),
      varint(6, 1),
      fixed64(7, endNs - 1_000_000_000n + BigInt(index)),
      fixed64(8, endNs - BigInt(index)),
      ...attributes.map((value) => bytes(9, [value])),
      bytes(15, [varint(3, 1)]),
    ]);
  });
  const resource = bytes(1, [bytes(1, [attribute('service.name', 'bench')])]);
  return bytes(1, [resource, bytes(2, spans)]);
}

function attribute(key: string, text: string): Buffer {
  const value = bytes(2, [bytes(1, [Buffer.from(text)])]);
  return Buffer.concat([bytes(1, [Buffer.from(key)]), value]);
}

/** A length-delimited field. */
function bytes(field: number, parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([toVarint((field << 3) | 2), toVarint(content.length), content]);
}

function varint(field: number, value: number): Buffer {
  return Buffer.concat([toVarint(field << 3), toVarint(value)]);
}

function fixed64(field: number, value: bigint): Buffer {
  const content = Buffer.alloc(8);
  content.writeBigUInt64LE(value);
  return Buffer.concat([toVarint((field << 3) | 1), content]);
}

function toVarint(value: number): Buffer {
  const digits: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) digits.push((rest & 127) | 128);
  return Buffer.from([...digits, rest]);
}
