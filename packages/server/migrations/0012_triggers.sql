-- Triggers: each time one acted. The decision is written before the act, and the act is repeated under the same id
-- until its outcome is written too.

CREATE TABLE trigger_firing (
  -- A function of what fired: model, trigger, alarm, window. The same decision cannot be taken twice.
  id               text PRIMARY KEY,
  model            text NOT NULL,
  endpoint         text NOT NULL,
  trigger_name     text NOT NULL,
  action           text NOT NULL CHECK (action IN ('retrain', 'rollBack', 'incident')),
  reason           text NOT NULL,
  alarm_id         text NOT NULL,
  -- Event time at which it fired: end of the latest bad window.
  window_end       timestamptz NOT NULL,
  -- Version in production when it was decided.
  version          text NOT NULL,
  params           jsonb NOT NULL,
  status           text NOT NULL CHECK (status IN ('pending', 'done', 'failed')),
  decided_at       timestamptz NOT NULL,
  pipeline_run_id  text,
  rollout_id       text,
  incident_id      text,
  error            text
);

CREATE INDEX trigger_firing_model ON trigger_firing (model, decided_at DESC);
CREATE INDEX trigger_firing_pending ON trigger_firing (decided_at) WHERE status = 'pending';
