-- Registered models, their versions, aliases and tags. Texts that are searched or sorted are in byte order.

CREATE TABLE registered_model (
  name         text COLLATE "C" PRIMARY KEY,
  description  text,
  created_ms   bigint NOT NULL,
  updated_ms   bigint NOT NULL,
  -- Counts up only: the number of a deleted version is never given again.
  last_version integer NOT NULL DEFAULT 0,
  -- Follows the tag mlflow.prompt.is_prompt: a prompt is registered like a model, and kept out of their searches.
  is_prompt    boolean NOT NULL DEFAULT false
);
CREATE INDEX registered_model_updated ON registered_model (updated_ms, name);

CREATE TABLE registered_model_tag (
  name  text COLLATE "C" NOT NULL REFERENCES registered_model ON UPDATE CASCADE ON DELETE CASCADE,
  key   text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (name, key)
);
CREATE INDEX registered_model_tag_value ON registered_model_tag (key, left(value, 256), name);

CREATE TABLE model_version (
  name             text COLLATE "C" NOT NULL REFERENCES registered_model ON UPDATE CASCADE ON DELETE CASCADE,
  version          integer NOT NULL,
  created_ms       bigint NOT NULL,
  updated_ms       bigint NOT NULL,
  description      text,
  user_id          text,
  current_stage    text NOT NULL DEFAULT 'None' CHECK (current_stage IN ('None', 'Staging', 'Production', 'Archived')),
  -- As it was given: models:/…, runs:/…, mlflow-artifacts:/….
  source           text COLLATE "C" NOT NULL,
  -- Where the files are: what clients download.
  storage_location text NOT NULL,
  run_id           text COLLATE "C",
  run_link         text,
  model_id         text COLLATE "C",
  PRIMARY KEY (name, version)
);
CREATE INDEX model_version_run ON model_version (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX model_version_stage ON model_version (name, current_stage, version DESC);

CREATE TABLE model_version_tag (
  name    text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  key     text COLLATE "C" NOT NULL,
  value   text COLLATE "C" NOT NULL,
  PRIMARY KEY (name, version, key),
  FOREIGN KEY (name, version) REFERENCES model_version ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX model_version_tag_value ON model_version_tag (key, left(value, 256), name, version);

CREATE TABLE registered_model_alias (
  name    text COLLATE "C" NOT NULL,
  alias   text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (name, alias),
  FOREIGN KEY (name, version) REFERENCES model_version ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX registered_model_alias_version ON registered_model_alias (name, version);
