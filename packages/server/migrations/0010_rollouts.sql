-- Rollouts: a release taking over an endpoint. `rollout_index` is the short number under which receipts name them.

CREATE TABLE rollout (
  rollout_index     bigint GENERATED ALWAYS AS IDENTITY (MAXVALUE 4294967295) PRIMARY KEY,
  id                text NOT NULL UNIQUE,
  idempotency_key   text UNIQUE,
  endpoint          text NOT NULL,
  model             text NOT NULL,
  version           text NOT NULL,
  release_digest    text NOT NULL,
  release_index     bigint NOT NULL REFERENCES release (release_index),
  -- The release in production when it began; null: none was.
  replaces_index    bigint REFERENCES release (release_index),
  replaces_version  text,
  replaces_digest   text,
  -- One hop back to a former release: no checks, no canary.
  is_hop            boolean NOT NULL,
  change_kind       text NOT NULL,
  trigger           text NOT NULL,
  started_by        text NOT NULL,
  -- Gates, steps, metrics and approval as declared when it began.
  plan              jsonb NOT NULL,
  salt              text NOT NULL,
  phase             text NOT NULL,
  reason            text NOT NULL,
  step_index        integer NOT NULL,
  weight_percent    double precision NOT NULL,
  steps             jsonb NOT NULL,
  -- Why and by whom it is going back, kept until the serving processes are back and the entry can say when.
  going_back        jsonb,
  started_at        timestamptz NOT NULL,
  launched_at       timestamptz,
  promoted_at       timestamptz,
  -- The last look at the canary that saw no traffic yet: the first traffic came after it.
  idle_until        timestamptz,
  first_traffic_at  timestamptz,
  detected_at       timestamptz,
  restored_at       timestamptz,
  finished_at       timestamptz
);

-- One rollout at a time on an endpoint.
CREATE UNIQUE INDEX rollout_active ON rollout (endpoint) WHERE finished_at IS NULL;
CREATE INDEX rollout_model ON rollout (model, rollout_index);
CREATE INDEX rollout_release ON rollout (endpoint, release_index, rollout_index);

CREATE TABLE rollout_check (
  rollout_index  bigint NOT NULL REFERENCES rollout (rollout_index),
  name           text NOT NULL,
  kind           text NOT NULL,
  position       integer NOT NULL,
  status         text NOT NULL,
  detail         text NOT NULL,
  evidence       jsonb NOT NULL,
  seconds        double precision,
  PRIMARY KEY (rollout_index, kind, name)
);

CREATE TABLE rollout_approval (
  rollout_index  bigint PRIMARY KEY REFERENCES rollout (rollout_index),
  requested_at   timestamptz NOT NULL,
  -- Null while nobody has decided.
  approved       boolean,
  decided_by     text,
  actor          text,
  reason         text,
  decided_at     timestamptz
);

CREATE TABLE rollout_analysis (
  analysis_index  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rollout_index   bigint NOT NULL REFERENCES rollout (rollout_index),
  -- The row is brought up to date from `opened_at` to `at`, then a new one begins.
  opened_at       timestamptz NOT NULL,
  at              timestamptz NOT NULL,
  step_index      integer NOT NULL,
  weight_percent  double precision NOT NULL,
  verdict         text NOT NULL,
  decision        text NOT NULL,
  reason          text NOT NULL,
  metrics         jsonb NOT NULL,
  counts          jsonb NOT NULL
);

CREATE INDEX rollout_analysis_latest ON rollout_analysis (rollout_index, analysis_index);
