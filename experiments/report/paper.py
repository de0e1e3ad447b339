"""From the content of a sheet to a PDF page of A4: real text in an embedded font, as large as fits on one page."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from fpdf import FPDF
from fpdf.fonts import FontFace

from experiments.charts import style
from experiments.report.document import Block, Box, Bullets, Figure, Paragraph, Report, Table
from experiments.report.lines import wrapped
from experiments.report.picture import Picture, pictures
from experiments.texts.catalogue import LANGUAGES, Words

Chosen = Literal["zh", "en", "both"]
_MARGIN, _GAP, _CELL = 14.0, 1.8, 0.8  # mm
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)  # points, the largest that fits
_LARGER, _SMALLER = 1.25, 0.88  # of a lead, of a note
_LEADING = 1.35
_POINT = 25.4 / 72  # mm
_FIRST = 0.18  # of the width of a table, for its first column
_CHART = 0.3  # of the height of the page
_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # the same content gives the same bytes
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")
_INK, _SOFT, _TINT = (20, 20, 20), (90, 90, 90), (240, 240, 240)


def to_pdf(report: Report, lang: Chosen = "both") -> bytes:
    """The first section of a report, a page for each language, Chinese first.

    The same content gives the same bytes.
    """
    made = _empty()
    made.set_creation_date(_DAY)
    made.set_title(report.title.zh if lang != "en" else report.title.en)
    made.set_creator("Huitian")
    for one in LANGUAGES if lang == "both" else (lang,):
        drawn = pictures(report, one)
        _Page(made, report, one, fitting(report, one, drawn), drawn).draw()
    return bytes(made.output())


def fitting(report: Report, lang: Literal["zh", "en"], drawn: Mapping[str, Picture]) -> float:
    """The largest size of letters, points, with which the sheet has one page; the smallest where none has.

    `drawn`: its charts, see `experiments.report.picture.pictures`.
    """
    for size in _SIZES[:-1]:
        tried = _empty()
        _Page(tried, report, lang, size, drawn).draw()
        if tried.page_no() == 1:
            return size
    return _SIZES[-1]


def _empty() -> FPDF:
    made = FPDF(format="A4")
    made.set_auto_page_break(auto=True, margin=_MARGIN)
    made.set_margin(_MARGIN)
    made.add_font("text", "", str(style.font_file()))
    return made


class _Page:
    """One language of a sheet at one size of letters."""

    def __init__(
        self, pdf: FPDF, report: Report, lang: Literal["zh", "en"], size: float, drawn: Mapping[str, Picture]
    ) -> None:
        self._pdf, self._report, self._lang, self._size, self._drawn = pdf, report, lang, size, drawn

    def draw(self) -> None:
        pdf, report = self._pdf, self._report
        pdf.add_page()
        self._text(self._say(report.title), 1.6)
        self._text(self._say(report.subtitle), _SMALLER, _SOFT)
        for block in report.sections[0].blocks:
            self._block(block)

    def _say(self, words: Words) -> str:
        """The text; in English with straight quotation marks, for those of the font are as wide as a character."""
        return words.zh if self._lang == "zh" else words.en.translate(_STRAIGHT)

    def _height(self, times: float) -> float:
        return self._size * times * _LEADING * _POINT

    def _text(self, text: str, times: float = 1.0, ink: tuple[int, int, int] = _INK) -> None:
        pdf = self._pdf
        pdf.set_font("text", size=self._size * times)
        pdf.set_text_color(*ink)
        lines = wrapped(text, pdf.epw - 2 * pdf.c_margin, pdf.get_string_width)
        pdf.multi_cell(0, self._height(times), lines, new_x="LMARGIN", new_y="NEXT", align="L")
        pdf.ln(_GAP * 0.5)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(text, kind):
                times, ink = {"lead": (_LARGER, _INK), "note": (_SMALLER, _SOFT), "": (1.0, _INK)}[kind]
                self._text(self._say(text), times, ink)
            case Bullets(items):
                for item in items:
                    self._text(f"· {self._say(item)}")
            case Box(head, items):
                self._box(self._say(head), [self._say(item) for item in items])
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)
            case _:
                raise TypeError(f"{type(block).__name__}: not for a sheet")

    def _box(self, head: str, items: list[str]) -> None:
        pdf, top = self._pdf, self._pdf.get_y()
        pdf.ln(_GAP * 0.5)
        self._text(head)
        for item in items:
            self._text(f"· {item}", _SMALLER)
        if pdf.get_y() > top:  # not across two pages
            pdf.set_draw_color(*_SOFT)
            pdf.rect(pdf.l_margin, top, pdf.epw, pdf.get_y() - top)
        pdf.ln(_GAP)

    def _table(self, table: Table) -> None:
        pdf = self._pdf
        self._text(self._say(table.caption), _SMALLER, _SOFT)
        pdf.set_font("text", size=self._size * _SMALLER)
        pdf.set_text_color(*_INK)
        pdf.set_draw_color(*_SOFT)
        share = (1 - _FIRST) / (len(table.head) - 1)
        widths = [pdf.epw * part for part in (_FIRST, *(share for _ in table.head[1:]))]
        with pdf.table(
            col_widths=tuple(widths),
            width=pdf.epw,
            line_height=self._height(_SMALLER),
            borders_layout="HORIZONTAL_LINES",
            text_align="LEFT",
            padding=_CELL,
            v_align="TOP",
            headings_style=FontFace(emphasis="NONE", fill_color=_TINT),
        ) as grid:
            for texts in (table.head, *([cell.text for cell in row] for row in table.rows)):
                row = grid.row()
                for words, width in zip(texts, widths, strict=True):
                    room = width - 2 * _CELL - 2 * pdf.c_margin
                    row.cell(wrapped(self._say(words), room, pdf.get_string_width))
        pdf.ln(_GAP)

    def _figure(self, figure: Figure) -> None:
        pdf = self._pdf
        image = self._drawn[figure.name]
        width = min(pdf.epw, _CHART * pdf.eph * image.shape)
        pdf.image(
            io.BytesIO(image.png), x=pdf.l_margin + (pdf.epw - width) / 2, w=width, alt_text=self._say(figure.caption)
        )
        pdf.ln(_GAP * 0.5)
        self._text(self._say(figure.caption), _SMALLER, _SOFT)
