"""The tour for researchers: made from its source, whole, and running."""

import ast
import importlib

import nbformat
import pytest

from docs.builders import tour as build_tour

BOOK = build_tour.HERE / "tour.ipynb"
MOST_BYTES = 1_000_000


@pytest.fixture(scope="module")
def book() -> nbformat.NotebookNode:
    return nbformat.read(BOOK, as_version=4)


def test_it_is_the_notebook_of_its_source(book: nbformat.NotebookNode) -> None:
    made = build_tour.build(execute=False)
    assert [(cell.cell_type, cell.source) for cell in book.cells] == [
        (cell.cell_type, cell.source) for cell in made.cells
    ]


def test_cells_compile_and_what_they_import_is_there(book: nbformat.NotebookNode) -> None:
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert len(code) > 10
    for cell in code:
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom):
                module = importlib.import_module(str(node.module))
                assert all(hasattr(module, alias.name) for alias in node.names), node.module


def test_it_was_executed_without_an_error_and_is_small(book: nbformat.NotebookNode) -> None:
    nbformat.validate(book)
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    assert all(output.output_type != "error" and output.get("name") != "stderr" for output in outputs)
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
    assert BOOK.stat().st_size < MOST_BYTES
    assert str(BOOK.parents[1]) not in BOOK.read_text("utf-8")


@pytest.mark.slow
def test_it_runs() -> None:
    made = build_tour.build()
    printed = "".join(output.get("text", "") for cell in made.cells for output in cell.get("outputs", ()))
    assert "report.html:" in printed
    assert "did you mean 'target'?" in printed or "unknown key" in printed
