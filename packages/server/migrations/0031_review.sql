-- What people are asked about the traces of an experiment (label schemas), and which traces wait for whom (review queues).
-- Their answers are assessments of the trace.

CREATE TABLE label_schema (
  schema_id      text COLLATE "C" PRIMARY KEY,
  experiment_id  bigint NOT NULL REFERENCES experiment ON DELETE CASCADE,
  name           text COLLATE "C" NOT NULL,
  type           text COLLATE "C" NOT NULL CHECK (type IN ('FEEDBACK', 'EXPECTATION')),
  instruction    text,
  enable_comment boolean NOT NULL,
  -- One of its keys says how the answer is given: pass_fail, categorical, numeric, text.
  input          jsonb NOT NULL,
  -- The question that every experiment has; it stays as it is.
  is_default     boolean NOT NULL,
  created_ms     bigint NOT NULL,
  updated_ms     bigint NOT NULL,
  UNIQUE (experiment_id, name)
);
CREATE INDEX label_schema_newest ON label_schema (experiment_id, created_ms DESC, schema_id);

CREATE TABLE review_queue (
  queue_id      text COLLATE "C" PRIMARY KEY,
  experiment_id bigint NOT NULL REFERENCES experiment ON DELETE CASCADE,
  name          text COLLATE "C" NOT NULL,
  -- The name in lower case: unique within the experiment.
  name_key      text COLLATE "C" NOT NULL,
  type          text COLLATE "C" NOT NULL CHECK (type IN ('USER', 'CUSTOM')),
  created_by    text,
  -- Few and read whole, so they are no tables; sorted. A deleted label schema stays in the list.
  users         text[] COLLATE "C" NOT NULL,
  schema_ids    text[] COLLATE "C" NOT NULL,
  created_ms    bigint NOT NULL,
  updated_ms    bigint NOT NULL,
  UNIQUE (experiment_id, name_key)
);
CREATE INDEX review_queue_newest ON review_queue (experiment_id, created_ms DESC, queue_id);

CREATE TABLE review_queue_item (
  queue_id     text COLLATE "C" NOT NULL REFERENCES review_queue ON DELETE CASCADE,
  trace_id     text COLLATE "C" NOT NULL REFERENCES trace ON DELETE CASCADE,
  status       text COLLATE "C" NOT NULL CHECK (status IN ('PENDING', 'COMPLETE', 'DECLINED')),
  completed_by text,
  completed_ms bigint,
  created_ms   bigint NOT NULL,
  updated_ms   bigint NOT NULL,
  PRIMARY KEY (queue_id, trace_id)
);
CREATE INDEX review_queue_item_newest ON review_queue_item (queue_id, created_ms DESC, trace_id);
CREATE INDEX review_queue_item_trace ON review_queue_item (trace_id);
