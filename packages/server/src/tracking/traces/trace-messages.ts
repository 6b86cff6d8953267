import { Type } from 'typebox';
import { DoubleMessage, KeyValueMessage } from '../door/index.ts';
import { AssessmentMessage } from './assessments/assessment-wire.ts';
import { State, TextMap } from './trace-wire.ts';

const text = Type.Optional(Type.String());
const tags = Type.Optional(Type.Array(KeyValueMessage));

export const TraceInfoMessage = Type.Object(
  {
    trace_id: Type.String(),
    client_request_id: text,
    trace_location: Type.Object({
      type: Type.Literal('MLFLOW_EXPERIMENT'),
      mlflow_experiment: Type.Object({ experiment_id: Type.String() }),
    }),
    request_preview: text,
    response_preview: text,
    request_time: Type.String({ description: 'RFC 3339.' }),
    execution_duration: Type.Optional(Type.String({ description: "Seconds, such as '1.5s'." })),
    state: State,
    trace_metadata: TextMap,
    tags: TextMap,
    assessments: Type.Optional(Type.Array(AssessmentMessage)),
  },
  { title: 'TraceInfo' },
);

const SpanMessage = Type.Object(
  {
    trace_id: Type.String({ description: 'Bytes in base64.' }),
    span_id: Type.String({ description: 'Bytes in base64.' }),
    parent_span_id: text,
    name: Type.String(),
    start_time_unix_nano: Type.Unknown(),
    end_time_unix_nano: Type.Optional(Type.Unknown()),
  },
  { title: 'Span', description: "OpenTelemetry's Span in protobuf's JSON.", additionalProperties: true },
);

export const TraceMessage = Type.Object(
  { trace_info: TraceInfoMessage, spans: Type.Array(SpanMessage) },
  { title: 'Trace' },
);

export const TraceInfoV2Message = Type.Object(
  {
    request_id: Type.String(),
    experiment_id: Type.String(),
    timestamp_ms: Type.Integer(),
    execution_time_ms: Type.Optional(Type.Integer()),
    status: Type.String(),
    request_metadata: tags,
    tags,
  },
  { title: 'TraceInfoV2' },
);

export const TraceInfoV2Answer = Type.Object({ trace_info: TraceInfoV2Message });

export const CorrelationAnswer = Type.Object({
  npmi: DoubleMessage,
  npmi_smoothed: DoubleMessage,
  filter1_count: Type.Integer(),
  filter2_count: Type.Integer(),
  joint_count: Type.Integer(),
  total_count: Type.Integer(),
});
