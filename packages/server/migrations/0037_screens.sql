-- Runs are found by the beginning of their name, in any case. Names are longer than an index entry may be.
CREATE INDEX run_name ON run (left(lower(name), 256), started_ms DESC);

-- Traces that note their prompts in a tag, as clients of a year ago do: few among many.
CREATE INDEX trace_noted_prompts ON trace (started_ms DESC) WHERE tags ->> 'mlflow.linkedPrompts' IS NOT NULL;
