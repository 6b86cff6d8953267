-- Artifacts that come in parts. Parts lie in files named by their digest; the artifact is there only once all are put together.

CREATE TABLE artifact_upload (
  -- 64 random hex digits: who knows it may send parts.
  upload_id    text COLLATE "C" PRIMARY KEY,
  path         text COLLATE "C" NOT NULL,
  part_count   integer NOT NULL,
  created_at   timestamptz NOT NULL,
  -- Kept for a while after the end, so that asking for the end again gives the same answer.
  digest       text,
  completed_at timestamptz
);
CREATE INDEX artifact_upload_open ON artifact_upload (path) WHERE completed_at IS NULL;

CREATE TABLE artifact_upload_part (
  upload_id   text COLLATE "C" NOT NULL REFERENCES artifact_upload ON DELETE CASCADE,
  part_number integer NOT NULL,
  digest      text NOT NULL,
  bytes       bigint NOT NULL,
  stored_at   timestamptz NOT NULL,
  PRIMARY KEY (upload_id, part_number)
);
