"""The feature table, as training and evaluation read it."""

from datetime import datetime

import numpy as np
import pyarrow.dataset as ds

# order is the order of the model's input columns
FEATURES = [
    "hour",
    "weekday",
    "distance",
    "origin_arrivals_late_1h",
    "origin_departures_late_2h",
    "origin_arrivals_24h",
    "destination_arrivals_late_1h",
    "destination_arrivals_late_24h",
    "destination_arrivals_24h",
    "route_late_24h",
    "route_late_28d",
]


def read_flights(path, departed_from: datetime, landed_before: datetime):
    """Features (float32, one row per flight), label and departure of the flights whose label was known by then."""
    wanted = (ds.field("departed_at") >= departed_from) & (ds.field("landed_at") < landed_before)
    table = ds.dataset(path).to_table(columns=[*FEATURES, "late", "departed_at", "landed_at"], filter=wanted)
    if table.num_rows == 0:
        raise SystemExit(f"Reading flights failed: none departed from {departed_from} and landed before {landed_before}")
    features = np.column_stack([table[name].to_numpy() for name in FEATURES]).astype(np.float32)
    late = table["late"].to_numpy().astype(np.int8)
    return features, late, table["departed_at"].to_numpy(), table["landed_at"].to_numpy()
