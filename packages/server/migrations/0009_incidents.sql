-- Incidents: something was wrong in production, found by the monitor or by a person, until it was right again.

CREATE TABLE incident (
  id                text PRIMARY KEY,
  -- What it was opened for (`alarm/alm_…`): the same thing does not open two. Null where a person reported it.
  key               text UNIQUE,
  endpoint          text NOT NULL,
  model             text NOT NULL,
  title             text NOT NULL,
  cause             text NOT NULL,
  cause_rollout_id  text,
  status            text NOT NULL CHECK (status IN ('open', 'resolved')),
  started_at        timestamptz NOT NULL,
  detected_at       timestamptz NOT NULL,
  detected_by       text NOT NULL CHECK (detected_by IN ('monitor', 'person')),
  resolved_at       timestamptz,
  resolution        text
);

CREATE INDEX incident_model ON incident (model, id);
CREATE INDEX incident_open ON incident (endpoint) WHERE status = 'open';
