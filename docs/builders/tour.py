"""Make `docs/tour.ipynb` from `docs/tour.py`: cells between `# %%`, executed, images small."""

import base64
import io
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = Path(__file__).parents[1]
SECONDS = 600
_COLOURS = 64


def cells(source: str) -> list[Any]:
    """Cells of a script in the percent format."""
    found = []
    for block in source.split("# %%")[1:]:
        head, _, body = block.partition("\n")
        if "[markdown]" in head:
            text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in body.strip().splitlines())
            found.append(nbformat.v4.new_markdown_cell(text))
        else:
            found.append(nbformat.v4.new_code_cell(body.strip()))
    for k, cell in enumerate(found):
        cell["id"] = f"cell-{k:02d}"  # not drawn at random, so that the file changes only when its content does
    return found


def build(execute: bool = True) -> Any:
    """The notebook; executed in the project's root unless told otherwise."""
    book = nbformat.v4.new_notebook(
        cells=cells((HERE / "tour.py").read_text("utf-8")),
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    if execute:
        NotebookClient(
            book, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(HERE.parent)}}
        ).execute()
        _tidy(book)
    return book


def _tidy(book: Any) -> None:
    """Images with few colours, no times of execution, no name of the machine."""
    for cell in book.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            image = output.get("data", {}).get("image/png")
            if image:
                output["data"]["image/png"] = _small(image)
    book.metadata.pop("language_info", None)


def _small(encoded: str) -> str:
    image = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
    image.thumbnail((1000, 2000))
    file = io.BytesIO()
    image.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, "png")
    return base64.b64encode(file.getvalue()).decode()


def main() -> None:
    """Write the notebook beside its source."""
    (HERE / "tour.ipynb").write_text(nbformat.writes(build()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
