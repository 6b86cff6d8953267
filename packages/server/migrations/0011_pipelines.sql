-- Pipelines: runs of a spec's steps, what each step gave, and the cache of outcomes.

CREATE TABLE pipeline_run (
  id                text PRIMARY KEY,
  model             text NOT NULL,
  spec_digest       text NOT NULL,
  base_dir          text NOT NULL,
  trigger           text NOT NULL,
  -- who asked for it: what the run does is done in this name
  actor             text NOT NULL,
  params            jsonb NOT NULL,
  -- params as asked for, without those of the spec: what the idempotency key stands for
  asked_params      jsonb NOT NULL,
  idempotency_key   text,
  status            text NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled')),
  -- the MLflow run of its steps
  run_id            text,
  rollout_id        text,
  -- when its durable workflow was started; null: still to be
  launched_at       timestamptz,
  cancel_asked_at   timestamptz,
  started_at        timestamptz NOT NULL,
  finished_at       timestamptz,
  error             text,
  UNIQUE (model, idempotency_key)
);

CREATE INDEX pipeline_run_model ON pipeline_run (model, id DESC);
CREATE INDEX pipeline_run_unlaunched ON pipeline_run (id) WHERE launched_at IS NULL;

CREATE TABLE pipeline_step (
  pipeline_run_id   text NOT NULL REFERENCES pipeline_run (id),
  position          integer NOT NULL,
  name              text NOT NULL,
  uses              text NOT NULL,
  needs             jsonb NOT NULL,
  status            text NOT NULL CHECK (status IN ('waiting', 'running', 'succeeded', 'failed', 'skipped')),
  cache_hit         boolean NOT NULL DEFAULT false,
  cache_reason      text NOT NULL DEFAULT '',
  attempts          integer NOT NULL DEFAULT 0,
  started_at        timestamptz,
  finished_at       timestamptz,
  -- of all attempts so far; null where the system does not tell
  cpu_seconds       double precision,
  -- name → {digest, bytes}
  outputs           jsonb NOT NULL DEFAULT '{}',
  summary           jsonb NOT NULL DEFAULT '{}',
  error             text,
  -- the MLflow run that its outputs were logged to: another one where they come from the cache
  origin_run_id     text,
  PRIMARY KEY (pipeline_run_id, name)
);

CREATE TABLE step_cache (
  model             text NOT NULL,
  step              text NOT NULL,
  -- sha256 over the canonical components
  key               text NOT NULL,
  -- kept so that a miss can say what changed
  components        jsonb NOT NULL,
  outputs           jsonb NOT NULL,
  summary           jsonb NOT NULL,
  pipeline_run_id   text NOT NULL,
  origin_run_id     text,
  -- when it was last given or taken
  used_at           timestamptz NOT NULL,
  PRIMARY KEY (model, step, key)
);

CREATE INDEX step_cache_newest ON step_cache (model, step, used_at DESC);

-- Digests of files outside the platform, so that a large one is not read at each run.
CREATE TABLE source_digest (
  path         text PRIMARY KEY,
  bytes        bigint NOT NULL,
  modified_ms  double precision NOT NULL,
  digest       text NOT NULL,
  read_at      timestamptz NOT NULL
);
