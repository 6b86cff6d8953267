import type { FastifyReply } from 'fastify';
import type { App } from '../../../platform/http/index.ts';
import type { Log } from '../../../platform/log.ts';
import { missingParameter, speakMlflow } from '../../door/index.ts';
import type { SpansRecorded } from '../record-spans.ts';
import { spanLimits } from '../trace-limits.ts';
import type { ExportTraceRequest } from './otlp-messages.ts';
import { encodingOf, type OtlpEncoding, readExport } from './read-export.ts';

type RecordSpans = (
  request: ExportTraceRequest,
  of: { experimentId: string; runId: string | undefined },
) => Promise<SpansRecorded>;

const encodings = ['application/x-protobuf', 'application/json'];
const described = {
  schema: { summary: "Take spans by OpenTelemetry's protocol" },
  config: {
    notes: {
      errors: 'mlflow',
      bodyTypes: encodings,
      answerType: 'application/x-protobuf',
      headers: {
        'x-mlflow-experiment-id': 'Experiment that the traces belong to; needed.',
        'x-mlflow-run-id': 'Run that the traces belong to.',
      },
    },
  },
} as const;

/** OTLP over HTTP. Errors are MLflow's, but a body that is too large answers 413, which exporters understand. */
export function mountOtlp(app: App, log: Log, recordSpans: RecordSpans): void {
  app.register(async (scope) => {
    speakMlflow(scope, log, 413);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post('/v1/traces', { ...described, bodyLimit: spanLimits.exportBytes }, async (request, reply) => {
      const { headers } = request;
      const encoding = encodingOf(headers['content-type']);
      const experimentId = single(headers['x-mlflow-experiment-id']);
      if (!experimentId) throw missingParameter('x-mlflow-experiment-id');
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const spans = await readExport(body, encoding, headers['content-encoding']);
      const runId = single(headers['x-mlflow-run-id']) || undefined;
      return answer(reply, encoding, await recordSpans(spans, { experimentId, runId }));
    });
  });
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** ExportTraceServiceResponse: empty, or with what was not taken. */
function answer(reply: FastifyReply, encoding: OtlpEncoding, recorded: SpansRecorded): FastifyReply {
  if (encoding === 'protobuf') return reply.type('application/x-protobuf').send(toProtobuf(recorded));
  const { rejectedSpans, reason } = recorded;
  const partial = { partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage: reason } };
  return reply.type('application/json').send(JSON.stringify(rejectedSpans === 0 ? {} : partial));
}

function toProtobuf({ rejectedSpans, reason = '' }: SpansRecorded): Buffer {
  if (rejectedSpans === 0) return Buffer.alloc(0);
  const message = Buffer.from(reason, 'utf8');
  const partial = Buffer.concat([
    Buffer.from([0x08, ...toVarint(rejectedSpans), 0x12, ...toVarint(message.length)]),
    message,
  ]);
  return Buffer.concat([Buffer.from([0x0a, ...toVarint(partial.length)]), partial]);
}

function toVarint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...toVarint(Math.floor(value / 0x80))];
}
