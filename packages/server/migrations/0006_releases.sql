-- Releases: immutable manifests. `release_index` is the short number under which receipts name them (32 bits).

CREATE TABLE release (
  release_index   bigint GENERATED ALWAYS AS IDENTITY (MAXVALUE 4294967295) PRIMARY KEY,
  -- sha256 of the canonical manifest, which is also kept as a blob.
  digest          text NOT NULL UNIQUE,
  -- sha256 over what was asked to be released: asking again for the same gives the same release.
  content_digest  text NOT NULL UNIQUE,
  model           text NOT NULL,
  version         text NOT NULL,
  weights_digest  text NOT NULL,
  change_kind     text NOT NULL,
  trigger         text NOT NULL,
  manifest        jsonb NOT NULL,
  -- What serving needs beside the weights: pinned bins and warm-up rows.
  serving         jsonb NOT NULL,
  created_at      timestamptz NOT NULL
);

CREATE INDEX release_model ON release (model, release_index);
CREATE INDEX release_weights ON release (weights_digest);
