-- The books are computed from ledger entries; kept here is only what people bring in.

CREATE TABLE value_price_book (
  version  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest   text NOT NULL,
  book     jsonb NOT NULL,
  set_at   timestamptz NOT NULL,
  set_by   text NOT NULL
);

-- The newest import of a model is its baseline; older ones are kept.
CREATE TABLE value_baseline_import (
  import_index bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model        text NOT NULL,
  digest       text NOT NULL,
  label        text NOT NULL CHECK (label IN ('recorded', 'estimated', 'example')),
  note         text NOT NULL,
  entry_id     text NOT NULL,
  imported_at  timestamptz NOT NULL,
  UNIQUE (model, digest)
);

-- Null: not recorded, which is not zero.
CREATE TABLE value_baseline_record (
  import_index         bigint NOT NULL REFERENCES value_baseline_import,
  line                 integer NOT NULL,
  deployment_id        text NOT NULL,
  model                text NOT NULL,
  started_on           date NOT NULL,
  engineer_hours       double precision,
  incident_hours       double precision,
  compliance_hours     double precision,
  infrastructure_hours double precision,
  monitoring_hours     double precision,
  documentation_hours  double precision,
  waiting_hours        double precision,
  incidents            integer,
  incident_cost_usd    double precision,
  downtime_minutes     double precision,
  PRIMARY KEY (import_index, line)
);
