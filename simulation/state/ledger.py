"""Double-entry ledger in fen (1/100 yuan), so that money moves and never appears.

Every payment takes from one account what it gives to another; the sum over all accounts is zero at any time. What
leaves the public purse is journalled by purpose, kind (capital or operating) and community. What is given without pay
moves no money: its shadow price is noted beside the accounts.
"""

from collections import defaultdict
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FEN = 100
SECTORS = (
    "city",
    "district",
    "street",
    "special_fund",
    "foundation",
    "member_unit",
    "household",
    "organisation",
    "supplier",
    "employee",
    "shareholder",
)
PUBLIC = ("city", "district", "street", "special_fund")


class Kind(StrEnum):
    """Whether a payment buys something that lasts."""

    CAPITAL = "capital"
    OPERATING = "operating"


class Ledger:
    """Accounts of the sectors and of each property firm.

    Attributes
    ----------
    balance : int64[11 + n_firms]
        Fen; a negative balance is money spent beyond what came in.
    journal : dict[(purpose, kind), int]
        Fen that left the public purse since the start, by purpose.
    placed : dict[kind, int64[n_communities]]
        The part of it that was spent on one community.
    unpaid : dict[purpose, int]
        Shadow price in fen of work and rooms that nobody was paid for, since the start, by purpose.
    """

    def __init__(self, n_firms: int, n_communities: int) -> None:
        self.balance: NDArray[np.int64] = np.zeros(len(SECTORS) + n_firms, np.int64)
        self.journal: dict[tuple[str, Kind], int] = defaultdict(int)
        self.unpaid: dict[str, int] = defaultdict(int)
        self.placed: dict[Kind, NDArray[np.int64]] = {kind: np.zeros(n_communities, np.int64) for kind in Kind}

    @staticmethod
    def account(sector: str) -> int:
        """Account of a sector.

        Raises
        ------
        ValueError
            If there is no such sector.
        """
        return SECTORS.index(sector)

    def pay(self, payer: str, payee: str, fen: int, purpose: str, kind: Kind = Kind.OPERATING) -> None:
        """Move a sum between two sectors.

        Raises
        ------
        ValueError
            If the sum is negative or a sector is unknown.
        """
        if fen < 0:
            raise ValueError(f"a payment cannot be negative: {fen} fen for {purpose}")
        giver, taker = self.account(payer), self.account(payee)  # both are known before anything moves
        self.balance[giver] -= fen
        self.balance[taker] += fen
        if payer in PUBLIC and payee not in PUBLIC:
            self.journal[purpose, kind] += fen

    def pay_for(
        self, payer: str, payee: str, fen: NDArray[np.int64], purpose: str, kind: Kind = Kind.OPERATING
    ) -> None:
        """Move one sum for each community, int64 (n_communities), and note where it was spent.

        Raises
        ------
        ValueError
            If a sum is negative or a sector is unknown.
        """
        if (fen < 0).any():
            raise ValueError(f"a payment cannot be negative: {int(fen.min())} fen for {purpose}")
        self.pay(payer, payee, int(fen.sum()), purpose, kind)
        self.placed[kind] = self.placed_on(kind, len(fen)) + fen

    def placed_on(self, kind: Kind, n_communities: int) -> NDArray[np.int64]:
        """Fen of one kind spent on each community, int64 (n_communities,): nothing on those that are new."""
        placed = self.placed[kind]
        return placed if len(placed) == n_communities else np.pad(placed, (0, n_communities - len(placed)))

    def pay_firms(self, payer: str, fen: NDArray[np.int64]) -> None:
        """Move one sum to each property firm, int64 (n_firms); a negative sum flows back.

        Raises
        ------
        ValueError
            If the payer is public: such payments have a purpose and go through `pay`.
        """
        if payer in PUBLIC:
            raise ValueError(f"public money has a purpose: pay firms from '{payer}' through `pay`")
        self.balance[len(SECTORS) :] += fen
        self.balance[self.account(payer)] -= int(fen.sum())

    def note_unpaid(self, fen: float, purpose: str) -> None:
        """Note the shadow price of what was given without pay; no account changes.

        Raises
        ------
        ValueError
            If the price is negative.
        """
        if fen < 0:
            raise ValueError(f"a shadow price cannot be negative: {fen} fen for {purpose}")
        self.unpaid[purpose] += round(fen)

    def spent(self, kind: Kind) -> int:
        """Fen of one kind that left the public purse since the start."""
        return sum(fen for (_, of), fen in self.journal.items() if of is kind)

    def restart(self) -> None:
        """Forget what was spent in the burn-in; balances stay."""
        self.journal.clear()
        self.unpaid.clear()
        for fen in self.placed.values():
            fen[:] = 0
