"""Gates (楼门): about forty households behind one door, and what their residents meet there."""

from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.domains import N_DOMAINS, N_MOBILITY
from simulation.state.table import F32, F64, I32, I64, U32, Column, Flag, Table


@dataclass(eq=False)
class Gates(Table):
    """One row for each gate. Rows are sorted by community (as it was at first), estate and cell."""

    cell: Annotated[I32, Column("cell")]
    estate: Annotated[I32, Column("row of the estate")]
    community: Annotated[I32, Column("row of the community", moves=True)]
    subdistrict: Annotated[I32, Column("row of the subdistrict")]
    firm: Annotated[I32, Column("row of the property firm", moves=True)]
    residents: Annotated[I64, Column("people in the run")]
    adults: Annotated[I64, Column("adults in the run", moves=True)]
    older: Annotated[I64, Column("people of 60 and more in the run", moves=True)]
    lone_elders: Annotated[I64, Column("people of 60 and more in the run who live alone", moves=True)]
    children: Annotated[I64, Column("people under 15 in the run", moves=True)]
    households: Annotated[I64, Column("households in the run")]
    ties: Annotated[I64, Column("ties of its residents, those of both ends counted", moves=True)]
    keen: Annotated[I64, Column("sum of the bent of its residents to take part in activities, in 1/255")]
    commuters: Annotated[I64, Column("commuters in the run", moves=True)]
    commute: Annotated[F64, Column("mean one-way commute of its commuters over the district's at first", moves=True)]
    path: Annotated[F64, Column("nearness to an entrance of the bicycle path, 0-1")]
    head: Annotated[Flag, Column("has a gate head (楼门长)", moves=True)]
    norm: Annotated[F64, Column("remembered share of active residents, scaled to 0-1", moves=True)]
    order: Annotated[F64, Column("safety and order around the gate before issues, 0-1", moves=True)]
    compliance: Annotated[F64, Column("share of waste sorted right last week", moves=True)]
    walk: Annotated[F32, Column("minutes to the community's office", moves=True)]


def lone_elders(
    first: NDArray[np.integer],
    someone: NDArray[np.integer],
    older: NDArray[np.bool_],
    gate: NDArray[np.integer],
    n_gates: int,
) -> I64:
    """Old people who live alone, by gate, int64 (n_gates,).

    Parameters
    ----------
    first, someone : int array (n_households + 1,), (n_households,)
        Where the members of each household begin, and the row of the first of them.
    older, gate : bool, int array (n_residents,)
        Whether 60 or older, and the gate.
    """
    alone = someone[(np.diff(first) == 1) & older[someone]]
    return np.bincount(gate[alone], minlength=n_gates)


class Places(NamedTuple):
    """What the residents of a gate meet this week: arguments of the compiled step, one row for each gate."""

    blocks: Annotated[I64, Column("first gate of each block of about equal population, then the number of gates")]
    gate_ptr: Annotated[I64, Column("first resident of each gate, then the number of residents")]
    copies: Annotated[I64, Column("one number: persons that each resident stands for in requests (`World.copies`)")]
    performance: Annotated[F32, Column("performance by domain and mobility class, 0-1", each=(N_DOMAINS, N_MOBILITY))]
    norm: Annotated[F32, Column("weighted normative expectation by domain, 0-1", each=(N_DOMAINS,))]
    efficacy_shift: Annotated[F32, Column("effect of community size on efficacy")]
    sorting: Annotated[F32, Column("constant of the logit of sorting")]
    campaign: Annotated[F32, Column("awareness taught in a week")]
    volunteering: Annotated[F32, Column("term of the gate's norm, organisations and ties in volunteering")]
    registration: Annotated[F32, Column("hazard of registering in a week")]
    issue: Annotated[U32, Column("chance of an issue for an adult in a week, in 2**-32")]
    visit: Annotated[U32, Column("chance of a service visit for an adult in a week, in 2**-32")]
