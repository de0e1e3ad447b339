"""From the content of a sheet to a Word file that can be edited: text, a table, and the chart as an image."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Line

from experiments.report.document import Block, Box, Bullets, Figure, Paragraph, Report, Table
from experiments.report.paper import fitting
from experiments.report.picture import Picture, pictures
from experiments.texts.catalogue import LANGUAGES, Words, join, same

Chosen = Literal["zh", "en", "both"]
_MARGIN = Mm(14)
_TITLE, _LEAD, _NOTE = 1.6, 1.25, 0.88  # times the size of text
_SMALLER = 0.95  # than on paper: other fonts and their lines may take more
_TEXT = Mm(210 - 2 * 14)
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST = 255  # letters of a title among the properties
_CHART = Mm(75)  # height
_FIRST = 0.18  # of the width of a table, for its first column
_LATIN, _CHINESE = "Arial", "Microsoft YaHei"  # where a machine lacks one, Word and WPS take another
_SOFT = RGBColor(90, 90, 90)
_DAY = (2000, 1, 1, 0, 0, 0)  # the same content gives the same bytes


def to_docx(report: Report, lang: Chosen = "both") -> bytes:
    """The first section of a report, a page for each language, Chinese first.

    The same content gives the same bytes.
    """
    word = _blank(report.title.zh if lang != "en" else report.title.en)
    for number, one in enumerate(LANGUAGES if lang == "both" else (lang,)):
        drawn = pictures(report, one)
        _Page(word, one, _SMALLER * fitting(report, one, drawn), drawn).draw(report, apart=number > 0)
    file = io.BytesIO()
    word.save(file)
    return _undated(file)


def _blank(title: str) -> Word:
    word = Document()
    page = word.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = _MARGIN
    normal = word.styles["Normal"]
    normal.font.name = _LATIN
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _CHINESE)
    normal.paragraph_format.space_after, normal.paragraph_format.space_before = Pt(2), Pt(0)
    about = word.core_properties
    about.author, about.title, about.comments = "Huitian", _printable(title)[:_MOST], ""
    about.created = about.modified = datetime(*_DAY)
    return word


def _undated(file: io.BytesIO) -> bytes:
    """The same archive with one date in all its entries, in place of the hour at which it was made."""
    made = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _DAY), old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _printable(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_XML.sub("", text)


class _Page:
    """One language of a sheet at one size of letters."""

    def __init__(self, word: Word, lang: Literal["zh", "en"], size: float, drawn: Mapping[str, Picture]) -> None:
        self._word, self._lang, self._size, self._drawn = word, lang, size, drawn

    def draw(self, report: Report, *, apart: bool) -> None:
        """Add the page; `apart`: after another one."""
        title = self._line(self._word, report.title, _TITLE)
        title.paragraph_format.page_break_before = apart
        self._line(self._word, report.subtitle, _NOTE, soft=True)
        for block in report.sections[0].blocks:
            self._block(block)

    def _line(self, place: Any, words: Words, times: float = 1.0, *, soft: bool = False) -> Line:
        """A paragraph of a document or a cell."""
        return self._write(place.add_paragraph(), words, times, soft=soft)

    def _write(self, line: Line, words: Words, times: float = 1.0, *, soft: bool = False) -> Line:
        """Text in a paragraph; a line end of the text is one of the paragraph."""
        for number, part in enumerate(_printable(getattr(words, self._lang)).split("\n")):
            run = line.add_run()
            if number:
                run.add_break(WD_BREAK.LINE)
            run.add_text(part)
            run.font.size = Pt(round(2 * self._size * times) / 2)  # Word knows halves of a point
            if soft:
                run.font.color.rgb = _SOFT
        return line

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(text, kind):
                times = {"lead": _LEAD, "note": _NOTE, "": 1.0}[kind]
                self._line(self._word, text, times, soft=kind == "note")
            case Bullets(items):
                for item in items:
                    self._line(self._word, item)
            case Box(head, items):
                cell = self._word.add_table(1, 1, "Table Grid").cell(0, 0)
                self._write(cell.paragraphs[0], head)
                for item in items:
                    self._line(cell, join([same("· "), item], same("")), _NOTE)
            case Table():
                self._table(block)
            case Figure():
                image = self._drawn[block.name]
                width = min(_TEXT, int(_CHART * image.shape))
                self._word.add_picture(io.BytesIO(image.png), width=width)
                self._line(self._word, block.caption, _NOTE, soft=True)
            case _:
                raise TypeError(f"{type(block).__name__}: not for a sheet")

    def _table(self, table: Table) -> None:
        self._line(self._word, table.caption, _NOTE, soft=True)
        grid = self._word.add_table(1 + len(table.rows), len(table.head), "Table Grid")
        grid.autofit = False
        rest = (1 - _FIRST) / (len(table.head) - 1)
        rows = (table.head, *([cell.text for cell in row] for row in table.rows))
        for row, texts in zip(grid.rows, rows, strict=True):
            for number, (cell, words) in enumerate(zip(row.cells, texts, strict=True)):
                cell.width = int(_TEXT * (rest if number else _FIRST))
                self._write(cell.paragraphs[0], words, _NOTE)
                if texts is table.head:
                    _shade(cell)


def _shade(cell: _Cell) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "F0F0F0")):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)
