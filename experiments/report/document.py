"""What a report is made of: sections of paragraphs, lists, tables, figures; every text in both languages."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from experiments.charts.style import Drawer
from experiments.texts.catalogue import Words

if TYPE_CHECKING:
    from experiments.report.live import Live


@dataclass(frozen=True)
class Paragraph:
    """Running text; a `lead` is set larger, a `note` smaller."""

    text: Words
    style: Literal["", "lead", "note"] = ""


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: list[Words]


@dataclass(frozen=True)
class Box:
    """Sentences in a frame, which a reader must not miss."""

    title: Words
    items: list[Words]


@dataclass(frozen=True)
class Cell:
    """One cell: `order` is what a click on the column's head sorts by, `mark` a CSS class."""

    text: Words
    order: float | None = None
    mark: str = ""

    def __post_init__(self) -> None:
        if self.order != self.order:  # a value that is not there has no place among the others
            object.__setattr__(self, "order", None)


@dataclass(frozen=True)
class Table:
    """A table; text columns first. Sortable unless it is short enough to be read at a glance; a listing has its long
    text last.
    """

    caption: Words
    head: list[Words]
    rows: list[list[Cell]]
    text_columns: int = 1
    sortable: bool = True
    listing: bool = False


@dataclass(frozen=True)
class Figure:
    """A chart, drawn in the language of the reader; the caption says what to see.

    `live`: what a browser draws in its place on a screen.
    """

    name: str
    draw: Drawer
    caption: Words
    live: "Live | None" = None


@dataclass(frozen=True)
class Download:
    """A table as CSV inside the page, with the heads and labels of the reader's language."""

    file: str
    title: Words
    csv: Words


@dataclass(frozen=True)
class Downloads:
    """All tables that the reader may save."""

    items: list[Download]


Block = Paragraph | Bullets | Box | Table | Figure | Downloads


@dataclass(frozen=True)
class Section:
    """A part with a heading; `fresh` starts a new page in print."""

    name: str
    title: Words
    blocks: list[Block]
    fresh: bool = False


@dataclass(frozen=True)
class Report:
    """The whole; the first section is the page of summary. `beside`: a page in the same folder, and what it is."""

    title: Words
    subtitle: Words
    sections: list[Section] = field(default_factory=list)
    beside: tuple[str, Words] | None = None
