"""Prints the tables of README.md: python study.py features.parquet features-leaking.parquet

The two files are the outputs of features.sql and features-leaking.sql on all flights. Takes about two minutes.
"""

import sys
from datetime import datetime, timedelta

import numpy as np

from flights_table import FEATURES, read_flights
from quality import measure
from train import DEFAULTS, fit

EPOCH = datetime(2001, 1, 1)
HOLDOUT_DAYS = 7
INCIDENT = range(91, 98)  # days since 1 January on which distance comes in km: 2 to 8 April
KM_PER_MILE = 1.609344


class Flights:
    def __init__(self, path: str):
        self.x, self.late, departed_at, landed_at = read_flights(path, EPOCH, datetime(2001, 7, 2))
        since = lambda times: (times - np.datetime64(EPOCH)) / np.timedelta64(1, "D")
        self.departed, self.landed = since(departed_at), since(landed_at)

    def between(self, first: str, end: str) -> np.ndarray:
        a, b = day(first), day(end)
        return np.flatnonzero((self.departed >= a) & (self.departed < b))

    def holdout(self, end: str) -> np.ndarray:
        return np.flatnonzero((self.departed >= day(end) - HOLDOUT_DAYS) & (self.landed < day(end)))

    def train(self, first: str, end: str):
        rows = np.flatnonzero((self.departed >= day(first)) & (self.landed < day(end) - HOLDOUT_DAYS))
        if rows.size > DEFAULTS["maxRows"]:
            rows = np.sort(np.random.default_rng(DEFAULTS["seed"]).choice(rows, DEFAULTS["maxRows"], replace=False))
        some = self.holdout(end)[:1000]
        return fit((self.x[rows], self.late[rows]), (self.x[some], self.late[some]), DEFAULTS)


def day(text: str) -> int:
    return (datetime.fromisoformat(f"2001-{text}") - EPOCH).days


def score(model, x: np.ndarray) -> np.ndarray:
    return model.predict_proba(x)[:, 1]


def line(*cells) -> None:
    print("| " + " | ".join(f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |")


def brier_loss(p: np.ndarray, late: np.ndarray) -> np.ndarray:
    return (p - late) ** 2


def log_loss(p: np.ndarray, late: np.ndarray) -> np.ndarray:
    return -np.log(np.where(late == 1, p, 1 - p))


def rows_needed(loss, candidate, control, late, margin: float | None, alpha: float) -> str:
    """Labelled rows per cohort until the anytime-valid bound decides, in 200 resampled canaries (median, 95 %)."""
    random, needed, most = np.random.default_rng(1), [], 20_000
    for _ in range(200):
        rows = random.permutation(late.size)[: 2 * most]
        mine, theirs = rows[0::2], rows[1::2]
        a, b = loss(candidate[mine], late[mine]), loss(control[theirs], late[theirs])
        size = min(a.size, b.size)
        n = np.arange(1, size + 1)
        mean_a, mean_b = np.cumsum(a[:size]) / n, np.cumsum(b[:size]) / n
        spread = np.cumsum(a[:size] ** 2) / n - mean_a**2 + np.cumsum(b[:size] ** 2) / n - mean_b**2
        width = np.sqrt(spread / n) * sequence_width(2 * n, alpha)
        decided = (mean_a - mean_b - width > 0) if margin is None else (mean_a - mean_b + width < margin)
        decided[:199] = False
        needed.append(int(decided.argmax()) + 1 if decided.any() else most)
    return f"{int(np.median(needed))} ({int(np.quantile(needed, 0.95))})"


def sequence_width(n, alpha: float):
    """Half-width in standard errors; arXiv 2103.06476, eq. 134, tuned for 5000, as in core/rollouts."""
    log_alpha = np.log(2 * alpha)
    rho = np.sqrt((-2 * log_alpha + np.log(1 - 2 * log_alpha)) / 5000)
    spread = n * rho**2 + 1
    return np.sqrt(2 * spread / (n * rho**2) * np.log1p(np.sqrt(spread) / (2 * alpha)))


def psi(reference: np.ndarray, current: np.ndarray) -> float:
    edges = np.unique(np.quantile(reference, np.linspace(0.1, 0.9, 9)))
    share = lambda values: np.bincount(np.searchsorted(edges, values), minlength=edges.size + 1) / values.size + 1e-6
    p, q = share(reference), share(current)
    return float(((q - p) * np.log(q / p)).sum())


def firing_days(seen: np.ndarray, flights: Flights, reference: float, fall: float, span: int, a_week: int) -> list[int]:
    """In 200 thinned replays: the end of the first weekly look at which the skill of the last `span` days had fallen."""
    random, fired = np.random.default_rng(2), []
    rows = flights.between("02-19", "05-28")
    for _ in range(200):
        kept = rows[random.random(rows.size) < a_week / 116_000]
        fired.append(999)
        for end in range(day("02-19") + span, day("05-28") + 1, 7):
            window = kept[(flights.departed[kept] >= end - span) & (flights.departed[kept] < end)]
            if reference - measure(flights.late[window], seen[window])["brier_skill"] >= fall:
                fired[-1] = end
                break
    return fired


def main() -> None:
    honest, leaking = Flights(sys.argv[1]), Flights(sys.argv[2])
    v1, leak, v2 = honest.train("01-08", "02-12"), leaking.train("01-15", "02-19"), honest.train("03-12", "05-07")
    late = honest.late
    said = {"v1": score(v1, honest.x), "leaking": score(leak, honest.x), "v2": score(v2, honest.x)}
    in_km = honest.x.copy()
    in_km[:, FEATURES.index("distance")] *= KM_PER_MILE
    said["v1 in km"] = score(v1, in_km)

    print("\n## Challenger\n")
    line("model", "rows", "AUC", "log loss", "Brier", "skill", "ECE")
    quality = lambda name, y, p: line(
        name, y.size, *(measure(y, p)[m] for m in ("auc", "log_loss", "brier", "brier_skill", "ece"))
    )
    held = honest.holdout("02-19")
    quality("v1, 12-18 Feb", late[held], said["v1"][held])
    held = leaking.holdout("02-19")
    quality("leaking offline, 12-18 Feb", leaking.late[held], score(leak, leaking.x[held]))
    online = honest.between("02-19", "03-05")
    quality("v1 online, 19 Feb-4 Mar", late[online], said["v1"][online])
    quality("leaking online, 19 Feb-4 Mar", late[online], said["leaking"][online])

    print("\n## Weeks\n")
    reference = honest.holdout("02-12")
    line("week", "late", "v1 AUC", "log loss", "Brier", "ECE", "skill", "v2 AUC", "Brier", "skill", "gain", "s.e.", "km skill")
    weeks = [("reference", reference)] + [
        (f"{EPOCH + timedelta(days=d):%d %b}", np.flatnonzero((honest.departed >= d) & (honest.departed < d + 7)))
        for d in range(day("02-12"), day("06-29"), 7)
    ]
    for name, rows in weeks:
        y, old, new = late[rows], measure(late[rows], said["v1"][rows]), measure(late[rows], said["v2"][rows])
        gain = brier_loss(said["v1"][rows], y) - brier_loss(said["v2"][rows], y)
        first = [old[m] for m in ("auc", "log_loss", "brier", "ece", "brier_skill")]
        then = [new[m] for m in ("auc", "brier", "brier_skill")]
        km = measure(y, said["v1 in km"][rows])["brier_skill"]
        line(name, float(y.mean()), *first, *then, f"{gain.mean():.5f}", f"{gain.std() / y.size**0.5:.5f}", km)

    print("\n## PSI against the reference week: least, median, greatest week of 12 Feb-30 Jun\n")
    for i, name in enumerate(FEATURES):
        line(name, *np.quantile([psi(honest.x[reference, i], honest.x[rows, i]) for _, rows in weeks[1:]], [0, 0.5, 1]).round(3))
    week = honest.between("04-02", "04-09")
    miles = FEATURES.index("distance")
    line("distance in km, 2-8 Apr", round(psi(honest.x[reference, miles], in_km[week, miles]), 3))
    line("score, 2-8 Apr", *(round(psi(said["v1"][reference], said[m][week]), 3) for m in ("v1", "v1 in km")))

    print("\n## Labelled rows per cohort until a verdict: median (95 %)\n")
    after = honest.between("05-07", "05-28")
    for alpha in (0.05, 0.025, 0.0167):
        for loss, margin in ((brier_loss, 0.015), (log_loss, 0.05)):
            worse = rows_needed(loss, said["leaking"][online], said["v1"][online], late[online], None, alpha)
            same = rows_needed(loss, said["v2"][after], said["v1"][after], late[after], margin, alpha)
            line(loss.__name__, f"alpha {alpha}", f"leaking worse: {worse}", f"v2 not worse by {margin}: {same}")

    print("\n## First firing of a fall in Brier skill, 200 thinned replays with the km week in them\n")
    seen = np.where((honest.departed >= INCIDENT.start) & (honest.departed < INCIDENT.stop), said["v1 in km"], said["v1"])
    skill = measure(late[reference], said["v1"][reference])["brier_skill"]
    for span, fall, a_week in ((7, 0.04, 3500), (21, 0.03, 3500), (21, 0.04, 3500), (21, 0.05, 3500), (21, 0.04, 2000)):
        fired = np.array(firing_days(seen, honest, skill, fall, span, a_week))
        early, never = int((fired <= day("04-16")).sum()), int((fired == 999).sum())
        median = EPOCH + timedelta(days=float(np.median(fired[fired < 999])))
        line(f"{span} days", f"fall {fall}", f"{a_week} a week", f"by 16 Apr: {early}", f"never: {never}", f"median {median:%d %b}")


if __name__ == "__main__":
    main()
