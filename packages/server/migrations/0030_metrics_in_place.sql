-- A latest value changes with every step that is logged. With no value in any index and room on its page the row is updated in
-- place: a third less work for PostgreSQL, and no index grows with the steps. Searches find the runs that have a metric by its
-- key, and read the values from the rows.
DROP INDEX run_latest_metric_value;
CREATE INDEX run_latest_metric_key ON run_latest_metric (key, run_id);
ALTER TABLE run_latest_metric SET (fillfactor = 70);

-- An index that only a search for a rare value over very many runs would use cost a third of each write of params.
DROP INDEX run_param_value;
