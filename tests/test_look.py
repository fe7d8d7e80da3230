"""The promises of the style sheets and of the page frame that need no browser to be checked."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string

CSS = settings.BASE_DIR / "static" / "css"
TEMPLATES = settings.BASE_DIR / "templates"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLOURS = {name: pair for name, *pair in PAIR.findall((CSS / "tokens.css").read_text())}

GROUNDS = ("paper", "surface", "sunken", "hover")
TONES = ("accent", "good", "fair", "half", "poor", "bad", "calm", "violet", "teal")
TEXT = {
    *product(("ink", "muted", "accent", "accent-hover", "bad"), GROUNDS),
    *((tone, f"{tone}-soft") for tone in TONES),
    *(("ink", f"{tone}-soft") for tone in TONES),
    *product(("ink",), ("mark", "mark-chosen")),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("paper", "ink"),
    ("ink", "selection"),
}
SHAPES = {*product(("control", "focus", "mark-line"), ("paper", "surface"))}


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3)], ids=["text", "shapes"])
def test_every_pair_of_colours_that_must_be_told_apart_can_be(
    pairs: set[tuple[str, str]], least: float, scheme: int
) -> None:
    low = {
        f"{front} on {ground}": round(contrast(COLOURS[front][scheme], COLOURS[ground][scheme]), 2)
        for front, ground in pairs
    }
    assert {pair: ratio for pair, ratio in low.items() if ratio < least} == {}


def test_only_the_tokens_hold_colours() -> None:
    """Elsewhere a colour would escape the test of contrast, or the dark scheme."""
    others = {sheet.name: sheet.read_text() for sheet in CSS.glob("*.css")}
    del others["tokens.css"]
    found = {name: re.findall(r"#[0-9a-f]{3,8}(?=[;,) ])", text) for name, text in others.items()}
    white_behind_the_qr_code = ["#fff"]
    assert found.pop("components.css") == white_behind_the_qr_code
    assert not any(found.values()), found


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_templates_have_nothing_inline_that_the_content_security_policy_refuses(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]{2,}=\"|javascript:", text)
    assert all(
        "src=" in tag or 'type="application/json"' in tag
        for tag in re.findall(r"<script[^>]*>", text)
    )


def test_the_page_for_our_own_mistakes_needs_neither_context_nor_database() -> None:
    source = Path(str(get_template("500.html").origin)).read_text()
    assert "{%" not in source
    assert "{{" not in source
    sheets = re.findall(r'"/static/([^"]+)"', render_to_string("500.html"))
    assert sheets
    assert all((settings.BASE_DIR / "static" / sheet).exists() for sheet in sheets)


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "413", "429", "500"])
def test_error_pages_say_what_to_do_next_even_without_a_request(name: str) -> None:
    page = render_to_string(f"{name}.html")
    assert f"Error {name[:3]}" in page
    assert "<h1>" in page
    assert 'href="/"' in page
