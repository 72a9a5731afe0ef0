"""Multinomial logistic regression in numpy: small enough for a few hundred examples, with nothing else to install."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


def train_logistic(
    examples: Matrix, classes: NDArray[np.intp], n_classes: int, *, penalty: float = 1e-3, n_rounds: int = 300
) -> tuple[Matrix, Matrix]:
    """Weights (features, n_classes) and bias (n_classes,) of the softmax regression; every class counts the same.

    examples: (n, features), rows of about unit length. penalty: L2 on the weights, not on the bias.
    Nesterov's accelerated gradient with the step 1/L; deterministic. Source: Nesterov 1983, Soviet Math. Dokl. 27:372.
    """
    n, n_features = examples.shape
    wanted = np.zeros((n, n_classes), dtype=np.float32)
    wanted[np.arange(n), classes] = 1.0
    per_class = np.maximum(wanted.sum(axis=0), 1.0)
    shares = (1.0 / (n_classes * per_class))[classes][:, None].astype(np.float32)
    with_one = np.hstack([examples, np.ones((n, 1), dtype=np.float32)])
    curvature = 0.5 * float(np.linalg.norm(np.sqrt(shares) * with_one, ord=2)) ** 2 + penalty
    weights = np.zeros((n_features + 1, n_classes), dtype=np.float32)
    ahead, previous, momentum = weights.copy(), weights, 1.0
    decay = np.full((n_features + 1, 1), penalty, dtype=np.float32)
    decay[-1] = 0.0
    for _ in range(n_rounds):
        gradient = with_one.T @ (shares * (softmax(with_one @ ahead) - wanted)) + decay * ahead
        weights = ahead - gradient / np.float32(curvature)
        following = 0.5 * (1.0 + (1.0 + 4.0 * momentum**2) ** 0.5)
        ahead = weights + np.float32((momentum - 1.0) / following) * (weights - previous)
        previous, momentum = weights, following
    return weights[:-1], weights[-1]


def softmax(scores: Matrix) -> Matrix:
    """Shares per row that sum to 1."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Matrix = (raised / raised.sum(axis=-1, keepdims=True)).astype(np.float32, copy=False)  # numpy 2.5's stubs lose the type
    return shares
