-- What a registered version loads, kept for good; and the removal of what was deleted, for good.

-- Pinned files have paths of their own in `artifact`, below `pinned_location`. Null: there were no files yet.
ALTER TABLE model_version
  ADD COLUMN pinned_location text,
  ADD COLUMN files_digest    text,
  ADD COLUMN file_count      integer,
  ADD COLUMN file_bytes      bigint;

CREATE TABLE gc_job (
  gc_id       text COLLATE "C" PRIMARY KEY,
  -- who asked for it: what the job removes is removed in this name
  actor       text NOT NULL,
  options     jsonb NOT NULL,
  -- What was deleted before it may go.
  cutoff_ms   bigint NOT NULL,
  state       text NOT NULL CHECK (state IN ('running', 'finished', 'failed')),
  phase       text NOT NULL,
  -- Counts up to now; written in the transaction of what they count.
  progress    jsonb NOT NULL,
  -- The control process that works on it, and until when it does without a sign of life.
  lease_owner text,
  lease_until timestamptz,
  started_at  timestamptz NOT NULL,
  finished_at timestamptz,
  error       text
);
-- One at a time.
CREATE UNIQUE INDEX gc_job_running ON gc_job ((true)) WHERE state = 'running';
CREATE INDEX gc_job_newest ON gc_job (started_at DESC);
