-- Monitoring: counts per hour of event time, late labels, verdicts on closed windows, alarms, the prediction log.
-- Counts are arrays added elementwise, so that one statement merges a whole batch whatever its columns are.

CREATE FUNCTION add_counts(integer[], integer[]) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY(SELECT a + b FROM unnest($1, $2) AS u(a, b));
CREATE FUNCTION add_sums(double precision[], double precision[]) RETURNS double precision[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY(SELECT a + b FROM unnest($1, $2) AS u(a, b));
CREATE FUNCTION add_sums(real[], real[]) RETURNS real[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY(SELECT a + b FROM unnest($1, $2) AS u(a, b));
-- LEAST and GREATEST pass over NULL, the extreme of no value.
CREATE FUNCTION merge_mins(double precision[], double precision[]) RETURNS double precision[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY(SELECT least(a, b) FROM unnest($1, $2) AS u(a, b));
CREATE FUNCTION merge_maxs(double precision[], double precision[]) RETURNS double precision[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY(SELECT greatest(a, b) FROM unnest($1, $2) AS u(a, b));
-- Counts by code: {"RUNTIME": 2} + {"RUNTIME": 1, "TIMEOUT": 1} = {"RUNTIME": 3, "TIMEOUT": 1}.
CREATE FUNCTION add_counts(jsonb, jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN $2 = '{}' THEN $1 WHEN $1 = '{}' THEN $2 ELSE (
    SELECT jsonb_object_agg(key, total)
    FROM (SELECT key, sum(value::bigint) AS total
          FROM (SELECT * FROM jsonb_each_text($1) UNION ALL SELECT * FROM jsonb_each_text($2)) AS both_sides
          GROUP BY key) AS added) END;

-- Chunks of serving journals that were counted: a chunk sent again changes nothing.
CREATE TABLE telemetry_chunk (
  process_id  text NOT NULL,
  chunk_id    text NOT NULL,
  counted_at  timestamptz NOT NULL,
  PRIMARY KEY (process_id, chunk_id)
);
CREATE INDEX telemetry_chunk_counted ON telemetry_chunk (counted_at);

-- One row per endpoint × environment × release × rollout × cohort × hour of event time.
CREATE TABLE monitoring_window (
  endpoint             text NOT NULL,
  environment          text NOT NULL,
  release_index        integer NOT NULL,
  rollout_index        integer NOT NULL,
  cohort               text NOT NULL,
  hour                 timestamptz NOT NULL,
  requests             bigint NOT NULL,
  rows                 bigint NOT NULL,
  errors_total         bigint NOT NULL,
  errors               jsonb NOT NULL,
  rejected             jsonb NOT NULL,
  latency_n            bigint NOT NULL,
  latency_sum          double precision NOT NULL,
  latency_sum_squares  double precision NOT NULL,
  latency_max          double precision NOT NULL,
  latency_buckets      integer[] NOT NULL,
  score_bins           integer[],
  score_sum            double precision NOT NULL,
  score_sum_squares    double precision NOT NULL,
  -- Input columns of the release in the order of its reference; per column its bins, nulls, nans.
  column_counts        integer[] NOT NULL,
  -- Per column sum and sum of squares; least value; greatest value.
  column_sums          double precision[] NOT NULL,
  column_mins          double precision[] NOT NULL,
  column_maxs          double precision[] NOT NULL,
  -- Time of the machine at which the first and the latest count came in.
  created_at           timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL,
  -- False until the window that holds this hour was judged.
  judged               boolean NOT NULL DEFAULT false,
  PRIMARY KEY (endpoint, environment, hour, release_index, rollout_index, cohort)
) WITH (fillfactor = 60);
CREATE INDEX monitoring_window_rollout ON monitoring_window (rollout_index, environment) WHERE rollout_index > 0;
CREATE INDEX monitoring_window_unjudged ON monitoring_window (endpoint, environment, hour) WHERE NOT judged;

-- The truth about a prediction, once. The receipt says release, rollout, cohort, time and score by itself.
CREATE TABLE label (
  receipt      bytea PRIMARY KEY,
  label        real NOT NULL,
  observed_at  timestamptz,
  received_at  timestamptz NOT NULL
);

-- Labels by the hour of the prediction, not of the label.
CREATE TABLE label_window (
  model                 text NOT NULL,
  release_index         integer NOT NULL,
  rollout_index         integer NOT NULL,
  cohort                text NOT NULL,
  hour                  timestamptz NOT NULL,
  -- All labels; and those of predictions with a score, which the sums and the histogram are about.
  labels                bigint NOT NULL,
  scored                bigint NOT NULL,
  positives             double precision NOT NULL,
  brier_sum             double precision NOT NULL,
  brier_sum_squares     double precision NOT NULL,
  log_loss_sum          double precision NOT NULL,
  log_loss_sum_squares  double precision NOT NULL,
  score_bins            integer[] NOT NULL,
  positive_bins         real[] NOT NULL,
  score_sum_bins        real[] NOT NULL,
  lag_bins              integer[] NOT NULL,
  updated_at            timestamptz NOT NULL,
  -- True while labels are counted here that performance does not show yet.
  fresh                 boolean NOT NULL DEFAULT true,
  PRIMARY KEY (release_index, hour, rollout_index, cohort)
) WITH (fillfactor = 60);
CREATE INDEX label_window_rollout ON label_window (rollout_index) WHERE rollout_index > 0;
CREATE INDEX label_window_model ON label_window (model, hour);
CREATE INDEX label_window_fresh ON label_window (model) WHERE fresh;

-- What labels.counted will say: summed up per minute, so that the ledger does not grow with calls.
CREATE TABLE label_tally (
  minute         timestamptz NOT NULL,
  -- 0: receipts that name no release of this platform.
  release_index  integer NOT NULL,
  accepted       bigint NOT NULL,
  duplicates     bigint NOT NULL,
  rejected       bigint NOT NULL,
  PRIMARY KEY (minute, release_index)
);

-- Verdict on one column over one closed window.
CREATE TABLE drift_window (
  endpoint       text NOT NULL,
  window_hours   integer NOT NULL,
  column_name    text NOT NULL,
  window_start   timestamptz NOT NULL,
  release_index  integer NOT NULL,
  rows           bigint NOT NULL,
  psi            double precision,
  js             double precision,
  noise          double precision,
  verdict        text NOT NULL,
  counts         bigint[] NOT NULL,
  -- Time of the machine at which the first count of the window came in.
  began_at       timestamptz NOT NULL,
  PRIMARY KEY (endpoint, window_hours, column_name, window_start)
);

-- Performance of one release over one window of its predictions; changes while labels come in.
CREATE TABLE performance_window (
  release_index  integer NOT NULL,
  window_hours   integer NOT NULL,
  window_start   timestamptz NOT NULL,
  endpoint       text NOT NULL,
  labels         bigint NOT NULL,
  predictions    bigint NOT NULL,
  -- Measures by name; one that the labels do not determine is absent.
  measures       jsonb NOT NULL,
  began_at       timestamptz NOT NULL,
  -- True once enough labels are there, or no more are to be expected: from then on triggers may look at it.
  final          boolean NOT NULL,
  PRIMARY KEY (release_index, window_hours, window_start)
);
CREATE INDEX performance_window_endpoint ON performance_window (endpoint, window_hours, window_start);
CREATE INDEX performance_window_open ON performance_window (endpoint, window_hours, window_start) WHERE NOT final;

CREATE TABLE alarm (
  id            text PRIMARY KEY,
  endpoint      text NOT NULL,
  model         text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('drift', 'performance')),
  -- Column, `score`, or a performance measure.
  subject       text NOT NULL,
  -- Trigger whose limit a performance alarm is about; empty for drift.
  trigger_name  text NOT NULL,
  version       text NOT NULL,
  state         text NOT NULL CHECK (state IN ('raised', 'cleared')),
  raised_at     timestamptz NOT NULL,
  cleared_at    timestamptz,
  -- Time of the machine at which the first bad window began to fill.
  began_at      timestamptz NOT NULL,
  -- Window that raised it, and the latest one judged since.
  window_start  timestamptz NOT NULL,
  latest_end    timestamptz NOT NULL,
  -- Bad windows in a row up to the latest.
  windows       integer NOT NULL,
  detail        text NOT NULL
);
CREATE UNIQUE INDEX alarm_raised ON alarm (endpoint, kind, subject, trigger_name) WHERE state = 'raised';
CREATE INDEX alarm_recent ON alarm (raised_at DESC, id);

-- Where the hysteresis of an alarm stands, raised or not.
CREATE TABLE alarm_state (
  endpoint       text NOT NULL,
  kind           text NOT NULL,
  subject        text NOT NULL,
  trigger_name   text NOT NULL,
  -- Release whose reference it compares with; performance begins anew with another one.
  release_index  integer NOT NULL,
  state          jsonb NOT NULL,
  -- Bad windows in a row up to the latest, and when the first of them began to fill.
  windows        integer NOT NULL,
  began_at       timestamptz NOT NULL,
  PRIMARY KEY (endpoint, kind, subject, trigger_name)
);

-- Prediction log: files of counted chunks that wait for a segment, and the sealed segments.
CREATE TABLE prediction_file (
  endpoint    text NOT NULL,
  name        text NOT NULL,
  rows        integer NOT NULL,
  first_at    timestamptz NOT NULL,
  last_at     timestamptz NOT NULL,
  -- Fields of its rows: name → 'number' | 'boolean' | 'string'.
  inputs      jsonb NOT NULL,
  outputs     jsonb NOT NULL,
  counted_at  timestamptz NOT NULL,
  PRIMARY KEY (endpoint, name)
);
CREATE TABLE prediction_segment (
  id         text PRIMARY KEY,
  endpoint   text NOT NULL,
  -- Relative to the home folder.
  path       text NOT NULL UNIQUE,
  digest     text NOT NULL,
  rows       bigint NOT NULL,
  bytes      bigint NOT NULL,
  first_at   timestamptz NOT NULL,
  last_at    timestamptz NOT NULL,
  sealed_at  timestamptz NOT NULL
);
CREATE INDEX prediction_segment_endpoint ON prediction_segment (endpoint, id);
