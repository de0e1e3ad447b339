"""What the compiled week of the residents leaves behind for the rest of the model."""

from typing import Annotated, NamedTuple

from simulation.domains import N_ACTORS, N_DOMAINS
from simulation.state.table import I64, U32, Column

VISIT_FLAG = 1 << 31
"""Bit of an entry of `Output.found` that marks a service visit; the other bits are the person."""
FIXED = 65536
"""Tallies of columns are integers with 16 fractional bits: exact in any order of summation."""

# columns of the tallies of a gate; the first are the domains of satisfaction
T_OVERALL, T_EFFICACY, T_AWARE, T_SORT, T_HOURS, T_REGISTERED, T_ACTIVE, T_TRUST = range(N_DOMAINS, N_DOMAINS + 8)
N_TALLIES = T_TRUST + N_ACTORS  # trust takes one for each actor


class Output(NamedTuple):
    """Arrays that the compiled step fills."""

    found: Annotated[U32, Column("persons with an issue (with VISIT_FLAG: a visit), block by block")]
    found_ptr: Annotated[I64, Column("where each block of gates may write")]
    found_count: Annotated[I64, Column("how many each block wrote")]
    tallies: Annotated[I64, Column("sums over the residents of a gate in 1/FIXED", moves=True, each=(N_TALLIES,))]
