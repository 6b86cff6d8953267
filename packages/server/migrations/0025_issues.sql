-- Problems that were found in the traces of an experiment. A trace belongs to an issue by an assessment of kind 'issue'
-- whose name is the id.

CREATE TABLE trace_issue (
  issue_id      text COLLATE "C" PRIMARY KEY,
  experiment_id bigint NOT NULL REFERENCES experiment ON DELETE CASCADE,
  name          text NOT NULL,
  description   text NOT NULL,
  status        text COLLATE "C" NOT NULL CHECK (status IN ('pending', 'rejected', 'resolved')),
  severity      text COLLATE "C" CHECK (severity IN ('not_an_issue', 'low', 'medium', 'high')),
  root_causes   jsonb NOT NULL,
  categories    jsonb NOT NULL,
  source_run_id text COLLATE "C",
  created_by    text,
  created_ms    bigint NOT NULL,
  updated_ms    bigint NOT NULL
);
CREATE INDEX trace_issue_experiment ON trace_issue (experiment_id);
