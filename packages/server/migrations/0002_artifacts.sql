-- The path tree of artifacts over the content-addressed blobs. Only files have rows; a folder is what its files' paths say.

CREATE TABLE artifact (
  -- `<experiment>/<run>/artifacts/model/MLmodel`. Byte order, so that a folder is one range of the index.
  path       text COLLATE "C" PRIMARY KEY,
  digest     text NOT NULL,
  bytes      bigint NOT NULL,
  updated_at timestamptz NOT NULL
);

-- Where an artifact is used, by its digest.
CREATE INDEX artifact_digest ON artifact (digest);
