-- What evaluations of traces use: scorers with their versions, and datasets of inputs with what is expected of them. JSON is
-- kept as text where it goes back as it came: the difference of 1 and 1.0 and the order of keys belong to its owner.

CREATE TABLE scorer (
  scorer_id     text COLLATE "C" PRIMARY KEY,
  experiment_id bigint NOT NULL REFERENCES experiment,
  name          text COLLATE "C" NOT NULL,
  -- Of all versions ever: a number is never given twice.
  last_version  integer NOT NULL,
  UNIQUE (experiment_id, name)
);

CREATE TABLE scorer_version (
  scorer_id  text COLLATE "C" NOT NULL REFERENCES scorer ON DELETE CASCADE,
  version    integer NOT NULL,
  serialized text NOT NULL,
  created_ms bigint NOT NULL,
  PRIMARY KEY (scorer_id, version)
);

CREATE TABLE evaluation_dataset (
  dataset_id text COLLATE "C" PRIMARY KEY,
  name       text COLLATE "C" NOT NULL,
  -- Another one after every change of the records.
  digest     text NOT NULL,
  tags       jsonb NOT NULL,
  -- JSON: the type of each field seen in inputs, outputs and expectations.
  schema     text,
  created_ms bigint NOT NULL,
  updated_ms bigint NOT NULL,
  created_by text COLLATE "C",
  updated_by text COLLATE "C"
);
CREATE INDEX evaluation_dataset_newest ON evaluation_dataset (created_ms DESC, dataset_id DESC);

CREATE TABLE evaluation_dataset_experiment (
  dataset_id    text COLLATE "C" NOT NULL REFERENCES evaluation_dataset ON DELETE CASCADE,
  experiment_id bigint NOT NULL REFERENCES experiment,
  PRIMARY KEY (experiment_id, dataset_id)
);
CREATE INDEX evaluation_dataset_experiment_dataset ON evaluation_dataset_experiment (dataset_id);

CREATE TABLE evaluation_record (
  dataset_id   text COLLATE "C" NOT NULL REFERENCES evaluation_dataset ON DELETE CASCADE,
  record_id    text COLLATE "C" NOT NULL,
  -- SHA-256 of the inputs with sorted keys: a dataset has each inputs once.
  input_hash   bytea NOT NULL,
  -- JSON texts.
  inputs       text NOT NULL,
  outputs      text,
  expectations text,
  tags         text,
  source       text,
  created_ms   bigint NOT NULL,
  updated_ms   bigint NOT NULL,
  created_by   text,
  updated_by   text,
  PRIMARY KEY (dataset_id, record_id),
  UNIQUE (dataset_id, input_hash)
);
-- The order in which records are read.
CREATE INDEX evaluation_record_oldest ON evaluation_record (dataset_id, created_ms, record_id);
