-- A search for a parameter's value finds its runs here, however many parameters others have: without it, it reads the parameters of all
-- runs. The key and the beginning of the value only: equal pairs share one entry, so what many runs have in common adds little to a write.
CREATE INDEX run_param_value ON run_param (key, left(value, 256));
