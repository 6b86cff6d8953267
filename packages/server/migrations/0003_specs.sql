-- Specs: each one ever applied, by digest; and when which was put in force for a model.

CREATE TABLE spec (
  digest  text PRIMARY KEY,
  model   text NOT NULL,
  spec    jsonb NOT NULL,
  -- [{path, digest}] of the files that came with it
  files   jsonb NOT NULL
);

CREATE TABLE spec_application (
  position     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model        text NOT NULL,
  spec_digest  text NOT NULL REFERENCES spec (digest),
  -- folder of the spec file on the machine of control
  base_dir     text NOT NULL,
  applied_at   timestamptz NOT NULL
);

CREATE INDEX spec_application_model ON spec_application (model, position DESC);
CREATE INDEX spec_application_digest ON spec_application (spec_digest, position DESC);
