-- Routing: which release answers which buckets of an endpoint, and what the serving processes say of themselves.

-- One row. Every change of routes or preloads raises the revision in its own transaction, so changes are in one order.
CREATE TABLE routing_state (
  one       boolean PRIMARY KEY DEFAULT true CHECK (one),
  revision  bigint NOT NULL
);
INSERT INTO routing_state (revision) VALUES (0);

CREATE TABLE endpoint_route (
  endpoint       text NOT NULL,
  environment    text NOT NULL CHECK (environment IN ('production', 'staging')),
  salt           text NOT NULL,
  rollout_index  bigint NOT NULL,
  arms           jsonb NOT NULL,
  changed_at     timestamptz NOT NULL,
  PRIMARY KEY (endpoint, environment)
);

-- Releases to keep loaded although no arm points at them: those about to get traffic, and the ones to fall back to.
CREATE TABLE preloaded_release (
  release_index  bigint PRIMARY KEY REFERENCES release (release_index)
);

CREATE TABLE serving_process (
  process_id        text PRIMARY KEY,
  pid               bigint NOT NULL,
  started_at        timestamptz NOT NULL,
  snapshot_version  text,
  releases          jsonb NOT NULL,
  resident_bytes    bigint NOT NULL,
  heard_at          timestamptz NOT NULL,
  ended_at          timestamptz
);
