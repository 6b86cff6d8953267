-- What was brought over from other servers: the source, and under which id each thing of it is here.

CREATE TABLE import_source (
  import_id     text PRIMARY KEY,
  -- Address without credentials: the same source again is the same import.
  source        text COLLATE "C" NOT NULL UNIQUE,
  opened_at     timestamptz NOT NULL,
  -- True from the first thing that came over until the import ends with a report.
  is_changed    boolean NOT NULL DEFAULT false,
  finished_at   timestamptz,
  report_digest text,
  entry_id      text
);

CREATE TABLE import_item (
  import_id   text NOT NULL REFERENCES import_source,
  kind        text COLLATE "C" NOT NULL,
  source_id   text COLLATE "C" NOT NULL,
  target_id   text COLLATE "C" NOT NULL,
  -- Of the content as it came: what is here now either equals it, or was changed here since.
  digest      text NOT NULL,
  -- By which the source tells whether there is more by now.
  fingerprint text,
  PRIMARY KEY (import_id, kind, source_id)
);
CREATE INDEX import_item_target ON import_item (import_id, kind, target_id);
