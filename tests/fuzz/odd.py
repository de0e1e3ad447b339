"""What can go wrong in a file: values in place of others, keys, spelling of YAML, bytes."""

import copy
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

Keys = tuple[str | int, ...]
LONG, DEEP = 5_000, 400
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "+1-2*3",
    "\x1b[31mred",
    "$\\frac{1}{$",
    "[bold]x[/red]",
    "../../etc/passwd",
    "\u202egnp.exe",
    "a\x00b",
    "{{ 7*7 }}",
    "%s%n",
    "$x_{$",
    "\u200b",
    "：７３，",
)
"""Texts that mean something to a browser, a spreadsheet, a terminal, matplotlib, rich, a file system or a template."""
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -0.0,
    -1,
    1.5,
    10**30,
    -(2**63),
    1e308,
    5e-324,
    float("nan"),
    float("inf"),
    -float("inf"),
    "",
    " ",
    "5",
    "1e3",
    "0x10",
    "true",
    "null",
    "x" * LONG,
    date(2019, 7, 1),
    date(1, 1, 1),
    date(9999, 12, 31),
    datetime(2019, 7, 1, 10, 30),
    "2019-07-01",
    "2019-02-30",
    [],
    {},
    [1],
    [[]],
    {"a": 1},
    {"": 1},
    {"value": 1},
    *HOSTILE,
)
MARKS = ("\ufeff", "\x00", "\t", "\r", "：", "，", "｛", "\u3000", "\u2028", "\x85", "\u202e", "\x1b", "#", "&a ", "*a")
MARKS += (
    "!!float ",
    "!!str ",
    "!!binary ",
    "!x ",
    "<<: ",
    "? ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "|",
    ">",
    "%",
    "@",
)
MARKS += ("---\n", "...\n", "\n", ":", ": ", ",", "~", "\\", "1", "0", "-", ".", "e9", "_", "+")


def yaml(tree: Any, depth: int = 0) -> str:
    """A tree as YAML in block style, each key of a mapping in a line of its own."""
    pad = "  " * depth
    if isinstance(tree, Mapping) and tree:
        return "".join(f"{pad}{_key(key)}:{_below(value, depth)}" for key, value in tree.items())
    if isinstance(tree, list) and tree:
        return "".join(f"{pad}-{_below(value, depth)}" for value in tree)
    return f"{pad}{scalar(tree)}\n"


def _key(key: Any) -> str:
    return key if isinstance(key, str) and key.replace(".", "").replace("_", "").isalnum() else json.dumps(str(key))


def _below(value: Any, depth: int) -> str:
    return f"\n{yaml(value, depth + 1)}" if isinstance(value, Mapping | list) and value else f" {scalar(value)}\n"


def scalar(value: Any) -> str:
    """A scalar, or an empty list or block, in YAML 1.2."""
    if isinstance(value, float):
        if value != value:
            return ".nan"
        return f"{'-' if value < 0 else ''}.inf" if value in (float("inf"), -float("inf")) else repr(value)
    if isinstance(value, date):
        return str(value)
    return json.dumps(value, ensure_ascii=True)


def places(tree: Any, above: Keys = ()) -> list[Keys]:
    """Paths of everything in a tree."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [found for key, item in items for found in ((*above, key), *places(item, (*above, key)))]


def at(tree: Any, keys: Keys) -> Any:
    """What stands at a path."""
    for key in keys:
        tree = tree[key]
    return tree


def replaced(tree: Any, keys: Keys, value: Any) -> Any:
    """A copy with another value at a path."""
    made = copy.deepcopy(tree)
    at(made, keys[:-1])[keys[-1]] = value
    return made


@st.composite
def one_wrong(draw: st.DrawFn, tree: Any, beyond: Mapping[Keys, tuple[Any, ...]] | None = None) -> tuple[Any, Keys]:
    """A copy of a tree with one thing else than it was, and the keys of which a message may speak.

    `beyond` has values out of the declared bounds by path.
    """
    keys = draw(st.sampled_from(places(tree)))
    outside = (beyond or {}).get(keys, ())
    kind = draw(st.sampled_from(("value", "beyond", "gone", "misspelt", "unknown", "wrapped", "renamed", "text")))
    made = copy.deepcopy(tree)
    parent, last, old = at(made, keys[:-1]), keys[-1], at(tree, keys)
    if kind == "gone":
        del parent[last]
    elif kind == "wrapped":
        parent[last] = draw(st.sampled_from(([old], {"value": old}, [old, old], nested(DEEP))))
    elif kind == "text" and not isinstance(old, dict | list):
        parent[last] = str(old)
    elif kind == "beyond" and outside:
        parent[last] = draw(st.sampled_from(outside))
    elif kind in ("misspelt", "renamed") and isinstance(parent, dict):
        name = str(last)
        new = name[1:] + name[:1] if kind == "renamed" else draw(st.sampled_from((*HOSTILE, "x", "", name + "s")))
        parent.clear()
        parent.update({new if key == last else key: v for key, v in at(tree, keys[:-1]).items()})
        keys = (*keys, new)
    elif kind == "unknown" and isinstance(parent, dict):
        new = draw(st.sampled_from(("zzz", "", "Value", "1", *HOSTILE)))
        parent[new] = draw(st.sampled_from(VALUES))
        keys = (*keys, new)
    else:
        parent[last] = draw(st.sampled_from(VALUES))
    return made, keys


def nested(depth: int) -> list[Any]:
    """Lists in each other."""
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


@st.composite
def one_wrong_text(draw: st.DrawFn, text: str) -> str:
    """A text with one mark, line or character else than it was."""
    rows = text.splitlines(keepends=True)
    k = draw(st.integers(0, max(len(rows) - 1, 0)))
    kind = draw(st.sampled_from(("mark", "mark", "mark", "double", "gone", "swapped", "cut", "character", "anchor")))
    if kind == "double":
        rows.insert(k, rows[k])
    elif kind == "gone":
        del rows[k]
    elif kind == "swapped":
        other = draw(st.integers(0, len(rows) - 1))
        rows[k], rows[other] = rows[other], rows[k]
    elif kind == "anchor":
        head, colon, tail = rows[k].partition(": ")
        rows[k] = f"{head}: &a {tail.strip()}\n{head}2: *a\n" if colon else rows[k]
    whole = "".join(rows)
    place = draw(st.integers(0, len(whole)))
    if kind == "mark":
        return whole[:place] + draw(st.sampled_from(MARKS)) + whole[place:]
    if kind == "cut":
        return whole[:place]
    if kind == "character":
        return whole[:place] + draw(st.characters(codec="utf-8")) + whole[place + 1 :]
    return whole


@st.composite
def one_wrong_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes of which some are flipped, gone, doubled, cut off, or in another encoding."""
    kind = draw(
        st.sampled_from(("flip", "flip", "cut", "gone", "nul", "empty", "double", "utf16", "gbk", "crlf", "bom"))
    )
    k = draw(st.integers(0, max(len(data) - 1, 0)))
    if kind == "flip" and data:
        return data[:k] + bytes([data[k] ^ (1 << draw(st.integers(0, 7)))]) + data[k + 1 :]
    if kind == "cut":
        return data[:k]
    if kind == "gone":
        return data[:k] + data[k + draw(st.integers(1, 64)) :]
    if kind == "nul":
        return data[:k] + b"\0" * draw(st.integers(1, 64)) + data[k:]
    if kind == "double":
        return data + data
    if kind in ("utf16", "gbk"):
        return data.decode("utf-8", "replace").encode({"utf16": "utf-16", "gbk": "gb18030"}[kind])
    if kind == "crlf":
        return data.replace(b"\n", b"\r\n")
    return b"\xef\xbb\xbf" + data if kind == "bom" else b""
