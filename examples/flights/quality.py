"""How good probabilities are, given what happened."""

import numpy as np

CALIBRATION_BINS = 20


def measure(late: np.ndarray, probability: np.ndarray) -> dict:
    """AUC, log loss, Brier score, expected calibration error and Brier skill against the rate of the same rows."""
    p = np.clip(probability.astype(np.float64), 1e-7, 1 - 1e-7)
    rate = float(late.mean())
    brier = float(np.mean((p - late) ** 2))
    return {
        "auc": _auc(late, p),
        "log_loss": float(-np.mean(np.where(late == 1, np.log(p), np.log1p(-p)))),
        "brier": brier,
        "brier_skill": 1 - brier / (rate * (1 - rate)),
        "ece": _calibration_error(late, p),
        "rows": int(late.size),
        "positives": int(late.sum()),
    }


def _auc(late: np.ndarray, p: np.ndarray) -> float:
    """Area under the ROC curve by mid-ranks (Mann-Whitney U), so that tied scores count half."""
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    mid_rank = np.cumsum(count) - (count - 1) / 2
    positives = int(late.sum())
    rank_sum = float(mid_rank[place][late == 1].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * (late.size - positives))


def _calibration_error(late: np.ndarray, p: np.ndarray) -> float:
    """Mean distance of said and seen rate over equal-width bins, weighted by rows (Guo et al. 2017)."""
    bin_of = np.minimum((p * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    said = np.bincount(bin_of, p, CALIBRATION_BINS)
    seen = np.bincount(bin_of, late, CALIBRATION_BINS)
    return float(np.abs(said - seen).sum() / late.size)
