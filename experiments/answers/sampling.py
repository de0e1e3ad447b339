"""What do observations say of the parameters? Draws of their posterior over emulators of the model (emcee)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import emcee
import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, logsumexp
from threadpoolctl import threadpool_limits

from experiments.answers.calibration import Target

Floats = NDArray[np.float64]
_CANDIDATES = 4096
_BETWEEN = 20  # steps at each power of the way from prior to posterior
_JITTER = 1e-3
_POOL = 4  # states of the chains for each draw, among which the exact likelihood chooses
_LARGEST = 2**32 - 1


class Emulated(Protocol):
    """What stands for the model: see `experiments.answers.emulator.Emulator`."""

    @property
    def noise(self) -> float:
        """Variance that replicates leave in the mean at a point."""

    def __call__(self, unit: Floats, /) -> tuple[Floats, Floats]:
        """Mean and variance, (n, d) -> (n,), (n,)."""

    def mean(self, unit: Floats, /) -> Floats:
        """Mean, (n, d) -> (n,)."""


@dataclass(frozen=True)
class Prior:
    """Independent parameters on the unit cube, triangular from 0 to 1 with a mode each, or uniform.

    Attributes
    ----------
    modes : ndarray
        float64 (d,): the most plausible values; NaN for a uniform one.
    """

    modes: Floats

    def log_density(self, unit: Floats) -> Floats:
        """Log density, (n, d) -> (n,); -inf outside the cube."""
        with np.errstate(divide="ignore", invalid="ignore"):
            height = np.where(unit < self.modes, unit / self.modes, (1 - unit) / (1 - self.modes))
            height = np.where(np.isnan(self.modes), 0.5, height)
            total = np.log(2 * height).sum(axis=1)
        return np.where(((unit > 0) & (unit < 1)).all(axis=1), total, -np.inf)

    def cumulative(self, unit: Floats) -> Floats:
        """Distribution function of each parameter, (n, d) -> (n, d)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            below, above = unit**2 / self.modes, 1 - (1 - unit) ** 2 / (1 - self.modes)
        return np.where(np.isnan(self.modes), unit, np.where(unit < self.modes, below, above))

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """Independent draws, (count, d)."""
        level = rng.random((count, len(self.modes)))
        low, high = np.sqrt(level * self.modes), 1 - np.sqrt((1 - level) * (1 - self.modes))
        return np.where(np.isnan(self.modes), level, np.where(level < self.modes, low, high))

    @property
    def variance(self) -> Floats:
        """Variance of each parameter, (d,)."""
        return np.where(np.isnan(self.modes), 1 / 12, (1 + self.modes**2 - self.modes) / 18)


@dataclass(frozen=True)
class Likelihood:
    """Synthetic likelihood (Wood 2010): what a target says is normal around what the emulator expects.

    Its variance has three parts: the emulator's doubt, the luck of one real world (as that of one run; the kriging
    finds it where points have one replicate), and the target's own, model discrepancy included. A censored target
    enters by the probability that what it says is true.

    Attributes
    ----------
    replicates : int
        Runs that the emulators' values are means of.
    """

    emulators: Mapping[str, Emulated]
    targets: Mapping[str, Target]
    replicates: int = 1

    def predicted(self, unit: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of each target in one world, (n, d) -> (targets, n) twice; that of the target left out."""
        found = [(self.emulators[name], *self.emulators[name](unit)) for name in self.targets]
        spread = [variance + self.replicates * emulator.noise for emulator, _, variance in found]
        return np.array([mean for _, mean, _ in found]), np.array(spread)

    def __call__(self, unit: Floats) -> Floats:
        """Log likelihood, (n, d) -> (n,)."""
        return self._of(*self.predicted(unit))

    def quick(self, unit: Floats, spread: Floats) -> Floats:
        """Log likelihood where the variances of `predicted` are taken as given, float64 (targets,): a quarter of the
        time."""
        return self._of(np.array([self.emulators[name].mean(unit) for name in self.targets]), spread[:, None])

    def without(self, name: str) -> "Likelihood":
        """The same without one target."""
        return Likelihood(self.emulators, {k: t for k, t in self.targets.items() if k != name}, self.replicates)

    def _of(self, mean: Floats, spread: Floats) -> Floats:
        total = np.zeros(mean.shape[1])
        for target, middle, variance in zip(self.targets.values(), mean, spread, strict=True):
            deviation = np.sqrt(variance + target.variance)
            away = (middle - target.value) / deviation
            if target.censored:
                total += log_ndtr(away if target.censored == "above" else -away)
            else:
                total -= away**2 / 2 + np.log(deviation)
        return total


@dataclass(frozen=True)
class Effort:
    """How long chains are: independent ensembles, steps until they have settled, steps that are kept.

    An ensemble has twice as many walkers as parameters and two more, and at least 32.
    """

    ensembles: int = 4
    settle: int = 500
    steps: int = 1500

    @staticmethod
    def walkers(dimensions: int) -> int:
        """Walkers of an ensemble."""
        return max(32, 2 * dimensions + 2)


@dataclass(frozen=True)
class Sampled:
    """Draws of a posterior on the unit cube, and whether the chains that they come from have mixed.

    Attributes
    ----------
    unit : ndarray
        float64 (draws, d), equally likely, in random order.
    chains : ndarray
        float64 (ensembles, steps, walkers, d).
    r_hat : ndarray
        float64 (d,): split R-hat (Gelman and others 2013) over the halves of the ensembles, which are independent;
        walkers of one ensemble are not.
    autocorrelation : ndarray
        float64 (d,): integrated autocorrelation time, in steps (Goodman and Weare 2010).
    size : ndarray
        float64 (d,): effective number of draws in the chains, times `kept`.
    acceptance : float
        Share of steps that moved a walker.
    kept : float
        Effective share of states once each has the weight of its exact likelihood over the quick one.
    """

    unit: Floats
    chains: Floats
    r_hat: Floats
    autocorrelation: Floats
    size: Floats
    acceptance: float
    kept: float


def sample(prior: Prior, likelihood: Likelihood, draws: int, effort: Effort, seed: int) -> Sampled:
    """Draw from the posterior with ensembles of walkers that stretch (Goodman and Weare 2010) and take differences of
    others (ter Braak 2006).

    Walkers come from the prior by powers of the likelihood from 0 to 1, each such that half of them weigh in the next.
    They walk with variances of the emulators as they are on average where the posterior is; states of the chains are
    then weighted by the exact likelihood over that, and drawn.
    """
    rng = np.random.default_rng(seed)
    d = len(prior.modes)
    with threadpool_limits(1):  # small matrices: threads would only wait for each other
        settled = [_settled(prior, likelihood, effort, rng) for _ in range(effort.ensembles)]
        spread = likelihood.predicted(np.concatenate(settled))[1].mean(axis=1)
        walked = [_walked(prior, likelihood, at, spread, 1.0, effort.steps, rng) for at in settled]
        chains = np.array([chain for chain, _ in walked])
        pool = chains.reshape(-1, d)
        pool = pool[rng.choice(len(pool), min(len(pool), _POOL * draws), replace=False)]
        excess = likelihood(pool) - likelihood.quick(pool, spread)
    weights = np.exp(excess - logsumexp(excess))
    kept = float(1 / (weights**2).sum() / len(weights))
    time = emcee.autocorr.integrated_time(np.concatenate(list(chains), axis=1), tol=0)
    return Sampled(
        rng.permutation(pool[_picked(weights, draws, rng)]),
        chains,
        r_hat(chains),
        time,
        kept * chains[..., 0].size / time,
        float(np.mean([share for _, share in walked])),
        kept,
    )


def _settled(prior: Prior, likelihood: Likelihood, effort: Effort, rng: np.random.Generator) -> Floats:
    """Walkers of an ensemble, from the prior to the posterior (Del Moral, Doucet and Jasra 2006), (walkers, d)."""
    walkers, power = effort.walkers(len(prior.modes)), 0.0
    at = prior.draws(_CANDIDATES, rng)
    while power < 1:
        score = likelihood(at)
        step = _next(score, 1 - power, walkers / 2)
        power += step
        weights = np.exp(step * score - logsumexp(step * score))
        at = at[_picked(weights, walkers, rng)] + _JITTER * rng.standard_normal((walkers, at.shape[1]))
        at = np.clip(at, _JITTER / 2, 1 - _JITTER / 2)
        spread = likelihood.predicted(at)[1].mean(axis=1)
        steps = effort.settle if power >= 1 else _BETWEEN
        at = _walked(prior, likelihood, at, spread, power, steps, rng)[0][-1]
    return at


def _next(score: Floats, most: float, size: float) -> float:
    """Rise of the power, at most `most`, that leaves an effective number of `size` states."""

    def left(step: float) -> float:
        return float(np.exp(2 * logsumexp(step * score) - logsumexp(2 * step * score)))

    low, high = 0.0, most
    if left(most) >= size:
        return most
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if left(middle) >= size else (low, middle)
    return high


def _picked(weights: Floats, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Rows that systematic resampling takes: each as often as its weight says, to the next whole number."""
    turns = (rng.random() + np.arange(count)) / count
    return np.minimum(np.searchsorted(np.cumsum(weights), turns), len(weights) - 1)


def _walked(
    prior: Prior,
    likelihood: Likelihood,
    at: Floats,
    spread: Floats,
    power: float,
    steps: int,
    rng: np.random.Generator,
) -> tuple[Floats, float]:
    """States of an ensemble after each step, (steps, walkers, d), and the share of steps that moved a walker."""

    def log_density(unit: Floats) -> Floats:
        found = prior.log_density(unit)
        inside = np.isfinite(found)
        if inside.any():
            found[inside] += power * likelihood.quick(unit[inside], spread)
        return found

    moves = [(emcee.moves.StretchMove(), 0.3), (emcee.moves.DEMove(), 0.6), (emcee.moves.DEMove(gamma0=1.0), 0.1)]
    sampler = emcee.EnsembleSampler(*at.shape, log_density, moves=moves, vectorize=True)
    luck = np.random.RandomState(int(rng.integers(_LARGEST))).get_state()
    sampler.run_mcmc(emcee.State(at, random_state=luck), steps, skip_initial_state_check=True)
    return sampler.get_chain(), float(sampler.acceptance_fraction.mean())


def r_hat(chains: Floats) -> Floats:
    """Split R-hat of the halves of ensembles, (ensembles, steps, walkers, d) -> (d,)."""
    ensembles, steps, _, d = chains.shape
    halves = chains[:, : steps // 2 * 2].reshape(ensembles * 2, -1, d)
    within, between = halves.var(axis=1, ddof=1).mean(axis=0), halves.mean(axis=1).var(axis=0, ddof=1)
    return np.sqrt(1 + between / within)
