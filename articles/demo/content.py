"""Reads the files of ``content/``: the desk in desk.toml, each article in a .txt and a .toml.

In a .txt a blank line ends a block, and a mark at its start says what the block is: ``#`` a
heading, ``>`` a quotation, ``-`` a list item, ``^`` a caption; a paragraph has none. The .toml
beside it holds the article's title and its claims, which quote the words they mark.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from articles.text.normalize import Block, build, normalize

CONTENT = Path(__file__).parent / "content"
DESK = "desk.toml"
ARTICLES = ("shanghai", "air", "market")
KINDS = {"#": "heading", ">": "quotation", "-": "list_item", "^": "caption"}


@dataclass(frozen=True)
class Person:
    username: str
    first_name: str
    last_name: str
    role: str

    @property
    def email(self) -> str:
        """No mail can reach it, and it tells the demo's people from others of the same name."""
        return f"{self.username}@demo.invalid"


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text("utf-8"))


def demo_people() -> dict[str, Person]:
    return {key: Person(**fields) for key, fields in read_toml(DESK)["people"].items()}


def read_article(name: str) -> tuple[str, list[Block]]:
    """The text of an article, without the marks, and its blocks."""
    parts = []
    for piece in normalize((CONTENT / f"{name}.txt").read_text("utf-8")).split("\n\n"):
        mark, _, rest = piece.partition(" ")
        parts.append((KINDS[mark], rest) if mark in KINDS else ("paragraph", piece))
    return build(parts)
