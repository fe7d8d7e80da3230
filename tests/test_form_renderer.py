"""Our way to draw widgets gives what Django's templates give."""

import datetime

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from articles.forms.renderer import Renderer

GROUPED = [("", "Choose…"), ("Near", [("a", "A & <b>"), ("b", "B")]), ("Far", [('"c"', "C")])]
WIDGETS = [
    (forms.TextInput(attrs={"type": "search", "required": True, "disabled": False}), 'a "b" <c>'),
    (forms.TextInput(attrs={"placeholder": "Say & “do”", "maxlength": 20}), None),
    (forms.NumberInput(attrs={"min": 0}), 12_345),
    (forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), datetime.date(2026, 3, 31)),
    (forms.HiddenInput(), "x'y"),
    (forms.PasswordInput(), "secret"),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.Textarea(attrs={"rows": 2}), "\nTwo\n<lines>"),
    (forms.Textarea(), None),
    (forms.Select(choices=GROUPED), "b"),
    (forms.Select(choices=GROUPED), None),
    (forms.SelectMultiple(choices=GROUPED), ["a", '"c"']),
    (forms.RadioSelect(choices=GROUPED), "a"),
    (forms.CheckboxSelectMultiple(choices=GROUPED), ["a"]),
    (forms.ClearableFileInput(), None),
]


def elements(drawn: str) -> list[tuple[object, ...]]:
    root = html.fragment_fromstring(drawn, create_parent=True)
    return [
        (element.tag, sorted(element.attrib.items()), (element.text or "").strip(" \n"))
        for element in root.iter()
    ]


def drawn_twice(widget: forms.Widget, value: object) -> tuple[str, str]:
    ours, theirs = (
        widget.render("field", value, {"id": "id_field"}, renderer=renderer)
        for renderer in (Renderer(), DjangoTemplates())
    )
    return ours, theirs


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_a_widget_is_drawn_as_by_django(widget: forms.Widget, value: object) -> None:
    ours, theirs = drawn_twice(widget, value)
    assert elements(ours) == elements(theirs)


@pytest.mark.parametrize("widget", [forms.TextInput(), forms.Textarea(), forms.HiddenInput()])
@given(value=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_text_is_escaped_as_by_django(widget: forms.Widget, value: str) -> None:
    ours, theirs = drawn_twice(widget, value)
    assert ours == theirs


@given(value=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_choice_is_escaped_as_by_django(value: str) -> None:
    ours, theirs = drawn_twice(forms.Select(choices=[(value, value), ("other", "Other")]), value)
    assert elements(ours) == elements(theirs)


def test_a_text_area_keeps_its_first_line_break() -> None:
    ours, theirs = drawn_twice(forms.Textarea(), "\nTwo")
    assert ours == theirs
