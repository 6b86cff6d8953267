-- Traces of language models and agents, their spans and what was judged about them. Tags and metadata are one object a
-- trace: a trace is one row to write and one to read, and writers merge them under its lock. Side tables carry no foreign
-- key to the trace: a span may come first, and the check would cost an index probe a span; deleting takes all of them.

CREATE TABLE trace (
  trace_id          text COLLATE "C" PRIMARY KEY,
  experiment_id     bigint NOT NULL REFERENCES experiment,
  state             text COLLATE "C" NOT NULL CHECK (state IN ('STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS')),
  started_ms        bigint NOT NULL,
  duration_ms       bigint,
  client_request_id text COLLATE "C",
  request_preview   text,
  response_preview  text,
  tags              jsonb NOT NULL,
  metadata          jsonb NOT NULL,
  -- The client has sent its own account of the trace: times and state are no longer derived from spans.
  is_finalized      boolean NOT NULL,
  span_count        integer NOT NULL,
  -- Sum of the content of its spans, the measure of the limit on a trace.
  span_bytes        bigint NOT NULL
);
-- The order of every trace list that names none.
CREATE INDEX trace_newest ON trace (experiment_id, started_ms DESC, trace_id);
CREATE INDEX trace_client_request ON trace (client_request_id) WHERE client_request_id IS NOT NULL;

CREATE TABLE span (
  trace_id       text COLLATE "C" NOT NULL,
  -- 16 hex digits.
  span_id        text COLLATE "C" NOT NULL,
  parent_span_id text COLLATE "C",
  name           text COLLATE "C" NOT NULL,
  type           text COLLATE "C" NOT NULL,
  status         text COLLATE "C" NOT NULL CHECK (status IN ('UNSET', 'OK', 'ERROR')),
  -- Unix nanoseconds.
  started_ns     bigint NOT NULL,
  ended_ns       bigint,
  -- Tokens and cost that the span reports, as MLflow's clients spell them.
  usage          jsonb,
  -- Attributes, events and links as protobuf JSON: exact, and sent as it is. Text, because nothing needs it parsed but
  -- filters on attributes.
  content        text NOT NULL,
  PRIMARY KEY (trace_id, span_id)
);
CREATE INDEX span_name ON span (left(name, 256), trace_id);

-- The attribute of a span as a text: a text itself, anything else as JSON. `needle` is the key as it stands in the content:
-- looking for it first spares parsing the spans that lack it.
CREATE FUNCTION span_attribute(content text, key text, needle text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN strpos(content, needle) > 0 THEN (
    SELECT coalesce(
      item -> 'value' ->> 'string_value',
      item -> 'value' ->> 'int_value',
      item -> 'value' ->> 'double_value',
      item -> 'value' ->> 'bool_value',
      item ->> 'value')
    FROM json_array_elements(content::json -> 'attributes') AS item
    WHERE item ->> 'key' = key
    LIMIT 1
  ) END
$$;

CREATE TABLE trace_assessment (
  trace_id      text COLLATE "C" NOT NULL REFERENCES trace ON DELETE CASCADE,
  assessment_id text COLLATE "C" NOT NULL,
  kind          text COLLATE "C" NOT NULL CHECK (kind IN ('feedback', 'expectation', 'issue')),
  name          text COLLATE "C" NOT NULL,
  -- JSON text of the value.
  value         text COLLATE "C" NOT NULL,
  -- The value where it is a finite number, for < and >.
  number_value  double precision,
  -- How the client packed an expectation that is no scalar; it gets it back so.
  format        text,
  error         jsonb,
  source_type   text NOT NULL,
  source_id     text,
  span_id       text,
  rationale     text,
  metadata      jsonb NOT NULL,
  -- The assessment that this one takes the place of; that one is not valid any more.
  overrides     text COLLATE "C",
  is_valid      boolean NOT NULL,
  created_ms    bigint NOT NULL,
  updated_ms    bigint NOT NULL,
  PRIMARY KEY (trace_id, assessment_id)
);
CREATE INDEX trace_assessment_name ON trace_assessment (kind, name, trace_id);

-- Runs and prompts that a trace belongs to beyond the run it was made in. A link may come before its trace.
CREATE TABLE trace_run (
  trace_id text COLLATE "C" NOT NULL,
  run_id   text COLLATE "C" NOT NULL,
  PRIMARY KEY (trace_id, run_id)
);
CREATE INDEX trace_run_run ON trace_run (run_id, trace_id);

CREATE TABLE trace_prompt (
  trace_id text COLLATE "C" NOT NULL REFERENCES trace ON DELETE CASCADE,
  -- `name/version`
  prompt   text COLLATE "C" NOT NULL,
  PRIMARY KEY (trace_id, prompt)
);
CREATE INDEX trace_prompt_prompt ON trace_prompt (prompt, trace_id);
