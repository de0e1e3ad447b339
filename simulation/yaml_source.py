"""YAML files with the line of every key, and one plain message for whatever is wrong with a file."""

import math
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarbool import ScalarBoolean
from ruamel.yaml.timestamp import TimeStamp

LARGEST_BYTES = 1_000_000
LARGEST_NODES = 20_000
Keys = tuple[str, ...]


class SourceError(ValueError):
    """A file that cannot be used; the message is one line: file, line, key, what is wrong, what would be right."""

    def __init__(self, message: str) -> None:  # a file may hold line ends and other control characters in its keys
        super().__init__("".join(c if c.isprintable() else ascii(c)[1:-1] for c in message))


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


def read(file: Path) -> Source:
    """Read a YAML 1.2 file whose top level is a mapping.

    Raises
    ------
    SourceError
        If the file is missing, unreadable, no UTF-8, no YAML, too large, or holds something else.
    """
    text = _text(file)
    try:
        loaded = YAML(typ="rt", pure=True).load(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1
        raise SourceError(f"{file}:{line}: {_first_line(error.problem)}; each key may stand once") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise SourceError(f"{file}:{line}: not valid YAML: {_first_line(error.problem)}") from None
    except RecursionError:
        raise SourceError(f"{file}: not valid YAML: brackets or blocks lie too deep in each other") from None
    except (YAMLError, ValueError) as error:
        raise SourceError(f"{file}: not valid YAML: {_first_line(str(error))}") from None
    if not isinstance(loaded, CommentedMap):
        what = "empty" if loaded is None else f"a {'list' if isinstance(loaded, CommentedSeq) else 'single value'}"
        raise SourceError(f"{file}: the file is {what}; expected 'key: value' lines")
    lines: dict[Keys, tuple[Path, int]] = {}
    return Source(_Plain(file, lines).convert(loaded, (), 1), lines)


def _text(file: Path) -> str:
    try:
        if file.is_dir():
            raise SourceError(f"{file}: is a folder, not a file")
        if file.stat().st_size > LARGEST_BYTES:
            raise SourceError(f"{file}: larger than {LARGEST_BYTES // 1000} kB, which no scenario needs")
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SourceError(f"{file}: no such file") from None
    except PermissionError:
        raise SourceError(f"{file}: no permission to read it") from None
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: not UTF-8 (byte {error.start}); save the file as UTF-8") from None
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from None


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
            return str(node)
        raise self._tagged(keys, line)

    def _tagged(self, keys: Keys, line: int) -> SourceError:
        return SourceError(f"{self.file}:{line}: {'.'.join(keys)}: YAML tags (!...) are not allowed")
