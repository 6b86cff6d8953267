import { Type } from 'typebox';

export const WebhookMessage = Type.Object(
  {
    webhook_id: Type.String(),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    url: Type.String(),
    status: Type.Union([Type.Literal('ACTIVE'), Type.Literal('DISABLED')]),
    creation_timestamp: Type.Integer(),
    last_updated_timestamp: Type.Integer(),
    events: Type.Array(Type.Object({ entity: Type.String(), action: Type.String() })),
  },
  { title: 'Webhook' },
);

export const WebhookAnswer = Type.Object({ webhook: WebhookMessage });

export const WebhookTestResult = Type.Object({
  success: Type.Boolean(),
  response_status: Type.Optional(Type.Integer()),
  response_body: Type.Optional(Type.String()),
  error_message: Type.Optional(Type.String()),
});
