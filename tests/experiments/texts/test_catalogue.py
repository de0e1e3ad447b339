"""The two catalogues hold the same texts, each in its own language, and the code asks for what is in them."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

from experiments.texts.catalogue import LANGUAGES, Lang, Words, catalogue, join, phrase, placeholders, same, section

ROOT = Path(__file__).parents[3]
CODE = [file for file in sorted((ROOT / "experiments").rglob("*.py")) if file.name != "catalogue.py"]
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
IN_THE_OTHER = ("page.language", "page.language_label")
"""The switch of the page says the name of the language that it leads to."""
KEYS = sorted(catalogue("zh"))


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
                yield file, node


def rendered(lang: Lang, key: str) -> str:
    """The text with a plain value in every place: a number where the place has a number's format."""
    text = catalogue(lang)[key]
    values = {name: 1 if form else "x" for _, name, form, _ in string.Formatter().parse(text) if name is not None}
    return getattr(phrase(key, **values), lang)


def test_both_catalogues_have_the_same_texts() -> None:
    assert catalogue("zh").keys() == catalogue("en").keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_is_rendered(lang: Lang) -> None:
    for key in KEYS:
        text = rendered(lang, key)
        assert text and not re.search("[{}]", text), key


def test_both_languages_have_the_same_places() -> None:
    differ = [key for key in KEYS if placeholders(catalogue("zh")[key]) != placeholders(catalogue("en")[key])]
    assert not differ


def test_each_text_is_in_its_language() -> None:
    for key in KEYS:
        zh, en = rendered("zh", key), rendered("en", key)
        if key in IN_THE_OTHER:
            zh, en = en, zh
        assert not CHINESE.search(en), key
        if re.search("[a-z]{3}", re.sub(r"\bx\b", "", en)):  # more than a sign or a number
            assert CHINESE.search(zh), key


def test_the_code_asks_for_texts_that_exist_and_fills_every_place() -> None:
    for file, node in calls("phrase", "style.say", "say"):
        given = {keyword.arg for keyword in node.keywords} - {"between"}
        for key in _constants(node):
            where = f"{file.name}:{node.lineno}: {key}"
            assert key in KEYS, where
            assert placeholders(catalogue("en")[key]) == given, where


def test_no_text_lies_idle() -> None:
    named = set(_values(ROOT / "experiments" / "view"))
    asked = {key for _, node in calls("phrase", "style.say", "say") for key in _constants(node)}
    whole = {key for _, node in calls("section") for key in _constants(node)}
    made = ("months.", "units.", "sources.", "numbers.money_", "page.desks.")  # keys that are put together
    idle = [
        key
        for key in KEYS
        if key not in asked
        and not key.startswith(made)
        and key.rpartition(".")[0] not in whole
        and not (key.startswith("page.") and key.removeprefix("page.").removesuffix("_text") in named)
    ]
    assert not idle


def test_a_section_is_what_stands_directly_below_it() -> None:
    assert section("months")["1"] == ("1月", "Jan")
    assert "desks.committee" not in section("validation.patterns.uses")
    with pytest.raises(KeyError):
        section("no such section")


def test_a_missing_text_and_a_missing_value_are_errors() -> None:
    with pytest.raises(KeyError, match="no_such"):
        phrase("common.no_such")
    with pytest.raises(KeyError, match="scale"):
        phrase("common.a_sample_of")


def test_words_are_said_in_each_language() -> None:
    filled = phrase("report.people.about_option", title=Words("方案", "option"), body=same("1"))
    assert filled == ("方案：1。", "option: 1.")
    assert join([same("a"), same("b")]) == ("ab", "a b")


def _values(folder: Path) -> Iterator[str]:
    """Strings that a folder's code (and `texts/page.py`) writes as values: what stands as a key names no text."""
    for file in (*folder.rglob("*.py"), ROOT / "experiments" / "texts" / "page.py"):
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        keys = {id(key) for node in nodes if isinstance(node, ast.Dict) for key in node.keys}
        keys |= {id(node.slice) for node in nodes if isinstance(node, ast.Subscript)}
        keys |= {id(node.args[0]) for node in nodes if _gets(node)}
        yield from (
            n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in keys
        )


def _gets(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and bool(node.args)
    )


def _constants(node: ast.Call) -> list[str]:
    """Keys of a call that are written out: those of both sides where it chooses."""
    first = node.args[0] if node.args else None
    of_page = isinstance(first, ast.Name) and first.id == "lang"
    if of_page:
        first = node.args[1]
    sides = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    keys = [side.value for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)]
    return [f"page.{key}" if of_page else key for key in keys if key]
