"""YAML files with the line of every key, and one plain message for whatever is wrong with a file."""

import math
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarbool import ScalarBoolean
from ruamel.yaml.timestamp import TimeStamp

from simulation.spelling import brief, half_width, shown

LARGEST_BYTES = 250_000  # of a scenario or district; a comment of a megabyte takes the reader minutes
LARGEST_NODES = 10_000
Keys = tuple[str, ...]


class SourceError(ValueError):
    """A file that cannot be used; the message is one line: file, line, key, what is wrong, what would be right.

    `further` has the errors of the same kind that the file holds besides.
    """

    def __init__(self, message: str, further: Iterable["SourceError"] = ()) -> None:
        self.further = tuple(further)
        # a file may hold line ends and other control characters in its keys
        super().__init__(brief(shown(message)))

    @property
    def lines(self) -> tuple[str, ...]:
        """Every message, one line each."""
        return (str(self), *map(str, self.further))


@dataclass(frozen=True)
class Source:
    """Content of a file as plain dicts, lists and scalars; `lines` tells where each key (a path of keys) stands."""

    data: dict[str, Any]
    lines: dict[Keys, tuple[Path, int]]

    def error(self, keys: Keys, problem: str) -> SourceError:
        """An error at a key, or at the nearest key above it that the file has."""
        for end in range(len(keys), 0, -1):
            if keys[:end] in self.lines:
                file, line = self.lines[keys[:end]]
                return SourceError(f"{file}:{line}: {'.'.join(keys)}: {problem}")
        files = [file for file, _ in self.lines.values()]
        return SourceError(f"{files[-1] if files else 'scenario'}: {'.'.join(keys)}: {problem}".replace(": : ", ": "))

    def errors(self, problems: Iterable[tuple[Keys, str]]) -> SourceError:
        """One error for several problems at keys, in the order in which they stand in the files."""
        order = {keys: k for k, keys in enumerate(self.lines)}

        def place(problem: tuple[Keys, str]) -> int:
            keys = problem[0]
            known = [order[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in order]
            return known[0] if known else len(order)  # what is missing stands nowhere

        first, *further = (self.error(*problem) for problem in sorted(problems, key=place))
        return SourceError(str(first), further)


def read(file: Path) -> Source:
    """Read a YAML 1.2 file whose top level is a mapping.

    Raises
    ------
    SourceError
        If the file is missing, unreadable, no UTF-8, no YAML, too large, or holds something else.
    """
    text = regular_text(file, LARGEST_BYTES)
    if text.count("\n") + text.count(",") > LARGEST_NODES:
        raise SourceError(f"{file}: more than {LARGEST_NODES} lines or values, which no scenario needs")
    try:
        loaded = _loaded(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1
        raise SourceError(f"{file}:{line}: {_first_line(error.problem)}; each key may stand once") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        _refuse_full_width(file, text, range(max(1, line - 2), line + 1))  # it shows after the line that has it
        raise SourceError(f"{file}:{line}: not valid YAML: {_first_line(error.problem)}") from None
    except RecursionError:
        raise SourceError(f"{file}: not valid YAML: brackets or blocks lie too deep in each other") from None
    except (YAMLError, ValueError) as error:
        _refuse_impossible_date(file, text)
        raise SourceError(f"{file}: not valid YAML: {_first_line(str(error))}") from None
    if not isinstance(loaded, CommentedMap) or not loaded:
        _refuse_full_width(file, text, range(1, len(text.splitlines()) + 1))
        what = (
            "empty"
            if loaded is None or isinstance(loaded, CommentedMap)
            else f"a {'list' if isinstance(loaded, CommentedSeq) else 'single value'}"
        )
        raise SourceError(f"{file}: the file is {what}; expected 'key: value' lines")
    lines: dict[Keys, tuple[Path, int]] = {}
    return Source(_Plain(file, lines).convert(loaded, (), 1), lines)


@lru_cache(maxsize=64)
def _loaded(text: str) -> Any:
    """What ruamel makes of a text; nobody changes it, and the texts of districts and parents are read over and over."""
    return YAML(typ="rt", pure=True).load(text)


def _refuse_full_width(file: Path, text: str, numbers: range) -> None:
    """Name a full-width mark outside of quotes and comments in the first of the lines (from 1) that has one."""
    for number, line in list(enumerate(text.splitlines(), 1))[numbers.start - 1 : numbers.stop - 1]:
        bare = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", line)
        # beside a key they stand for YAML's own; in a value they may be part of a text
        key = re.search(r"^\s*[A-Za-z0-9_.]+\s*(?P<a>[：；，])|(?P<b>[，；])\s*[A-Za-z_]\w*\s*[:：]", bare)
        found = (key["a"] or key["b"]) if key else next((c for c in bare if c in "｛｝［］　＃"), None)
        if found:
            raise SourceError(
                f"{file}:{number}: full-width '{found}' (U+{ord(found):04X}) where YAML needs another; "
                f"write '{half_width(found)}'"
            )


def _refuse_impossible_date(file: Path, text: str) -> None:
    """Name the first thing written like a date that is none: the reader stops there without saying what and where."""
    for number, line in enumerate(text.splitlines(), 1):
        for found in re.findall(r"(?<![\w-])\d{4}-\d\d?-\d\d?(?!\d)", re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", line)):
            year, month, day = map(int, found.split("-"))
            try:
                date(year, month, day)
            except ValueError as error:
                raise SourceError(f"{file}:{number}: {found} is no date: {error}") from None


def regular_text(file: Path, most_bytes: int) -> str:
    """Text of a regular file in UTF-8, with or without a byte order mark.

    Raises
    ------
    SourceError
        As `regular_bytes`, or if it is no UTF-8.
    """
    try:
        return regular_bytes(file, most_bytes).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: not UTF-8 (byte {error.start}); save the file as UTF-8") from None


def regular_bytes(file: Path, most_bytes: int) -> bytes:
    """Content of a regular file.

    Raises
    ------
    SourceError
        If there is none, it is a folder, device or pipe, larger than `most_bytes`, or unreadable.
    """
    try:
        found = file.stat()
        if stat.S_ISDIR(found.st_mode):
            raise SourceError(f"{file}: is a folder, not a file")
        if not stat.S_ISREG(found.st_mode):
            raise SourceError(f"{file}: is a device or a pipe, not a file")
        if found.st_size > most_bytes:
            raise SourceError(
                f"{file}: {found.st_size / 1000:,.0f} kB, more than the {most_bytes / 1000:,.0f} kB that are read"
            )
        return file.read_bytes()
    except SourceError:
        raise
    except FileNotFoundError:
        raise SourceError(f"{file}: no such file") from None
    except PermissionError:
        raise SourceError(f"{file}: no permission to read it") from None
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError as error:  # a name that no file can have
        raise SourceError(f"{file}: cannot be read: {error}") from None


def is_file(place: Path) -> bool:
    """Whether there is a regular file, or a link to one; False for names that none can have."""
    return stat.S_ISREG(_mode(place))


def is_folder(place: Path) -> bool:
    """Whether there is a folder, or a link to one; False for names that none can have."""
    return stat.S_ISDIR(_mode(place))


def _mode(place: Path) -> int:
    try:
        return place.stat().st_mode
    except (OSError, ValueError):
        return 0


def _first_line(text: str | None) -> str:
    return (text or "syntax error").strip().splitlines()[0]


class _Plain:
    """Turn ruamel's objects into plain ones and note the lines; refuses files that blow up through aliases."""

    def __init__(self, file: Path, lines: dict[Keys, tuple[Path, int]]) -> None:
        self.file, self.lines, self.nodes = file, lines, 0

    def convert(self, node: Any, keys: Keys, line: int) -> Any:
        self.nodes += 1
        if self.nodes > LARGEST_NODES:
            raise SourceError(f"{self.file}: more than {LARGEST_NODES} values, which no scenario needs")
        if isinstance(node, CommentedMap | CommentedSeq) and node.tag.value is not None:
            raise self._tagged(keys, line)
        if isinstance(node, CommentedMap):
            return self._mapping(node, keys)
        if isinstance(node, CommentedSeq):
            return [self.convert(item, (*keys, str(k)), line) for k, item in enumerate(node)]
        return self._scalar(node, keys, line)

    def _mapping(self, node: CommentedMap, keys: Keys) -> dict[str, Any]:
        plain = {}
        for name in node:
            line = node.lc.key(name)[0] + 1 if name in (node.lc.data or {}) else node.lc.line + 1
            if not isinstance(name, str):
                raise SourceError(f"{self.file}:{line}: the key {name!r} must be a word")
            below = (*keys, str(name))
            self.lines[below] = (self.file, line)
            plain[str(name)] = self.convert(node[name], below, line)
        return plain

    def _scalar(self, node: Any, keys: Keys, line: int) -> Any:
        if isinstance(node, ScalarBoolean):
            return bool(node)
        if isinstance(node, float) and not math.isfinite(node):
            raise SourceError(f"{self.file}:{line}: {'.'.join(keys)}: {float(node)} is no finite number")
        if isinstance(node, TimeStamp | datetime):
            raise SourceError(f"{self.file}:{line}: {'.'.join(keys)}: a date has no time of day; write YYYY-MM-DD")
        if node is None or isinstance(node, bool | date):
            return node
        if isinstance(node, int):
            return int(node)
        if isinstance(node, float):
            return float(node)
        if isinstance(node, str):
            return self._text(str(node), keys, line)
        raise self._tagged(keys, line)

    def _text(self, text: str, keys: Keys, line: int) -> str:
        """A text with characters that JSON writes in two halves (`\\ud83d\\ude00`) put together."""
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise SourceError(f"{self.file}:{line}: {'.'.join(keys)}: holds half a character") from None

    def _tagged(self, keys: Keys, line: int) -> SourceError:
        return SourceError(f"{self.file}:{line}: {'.'.join(keys)}: YAML tags (!...) are not allowed")
