-- A latest value changes with every step that is logged. Without an index on the value and with room on its page the row is
-- updated in place: a third less work for PostgreSQL, and no index grows with the steps. Searches walk the runs of an experiment
-- and probe the primary key: about a microsecond a run.
DROP INDEX run_latest_metric_value;
ALTER TABLE run_latest_metric SET (fillfactor = 70);

-- The same for params: an index that only an unlimited search over very many runs would use cost a third of each write.
DROP INDEX run_param_value;
