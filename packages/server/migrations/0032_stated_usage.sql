-- Of the keys of a trace's metadata that the server sums up over the spans, tokens and cost: those that the client gave
-- itself. They stay, whatever spans come later.
ALTER TABLE trace ADD COLUMN stated_keys text[] COLLATE "C" NOT NULL DEFAULT '{}';
UPDATE trace SET stated_keys = ARRAY(
  SELECT key FROM unnest(ARRAY['mlflow.trace.tokenUsage', 'mlflow.trace.cost']) AS key WHERE metadata ? key)
WHERE is_finalized AND metadata ?| ARRAY['mlflow.trace.tokenUsage', 'mlflow.trace.cost'];
