"""What the means of all options may be, drawn jointly from what few replicates say."""

import numpy as np
from numpy.typing import NDArray

FEWEST = 3
"""Replicates below which nothing is drawn: the posterior of a pair of means is improper with two."""


def mean_draws(table: NDArray[np.float64], draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draws from the posterior of the mean vector of paired replicates.

    Every pair of columns has the bivariate t posterior of normal data under Jeffreys' prior |Sigma|^(-3/2) (Geisser and
    Cornfield 1963): n - 2 degrees of freedom around the means, scale S / (n (n - 2)) with S the sums of squares and
    products. All columns share one chi-square, so the draw is defined, and each pair has that posterior, however many
    columns there are: the covariance is never inverted. What columns share by common random numbers cancels; columns
    that are equal stay equal.

    Parameters
    ----------
    table : float64 (n, k)
        A row for each block (seed), a column for each quantity.

    Returns
    -------
    float64 (draws, k)

    Raises
    ------
    ValueError
        With fewer than three blocks.
    """
    n = len(table)
    if n < FEWEST:
        raise ValueError(f"{n} replicates; probabilities need at least {FEWEST}")
    middle = table.mean(axis=0)
    weights = rng.standard_normal((draws, n)) / np.sqrt(n * rng.chisquare(n - 2, size=(draws, 1)))
    return np.asarray(middle + weights @ (table - middle))
