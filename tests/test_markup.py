from django.utils.html import format_html
from django.utils.safestring import SafeString
from hypothesis import example, given
from hypothesis import strategies as st

from articles.markup import fill, joined, shortened

values = st.text() | st.integers() | st.none() | st.booleans() | st.builds(SafeString, st.text())


@given(first=values, second=values)
def test_values_are_escaped_as_by_django_and_markup_is_not(first: object, second: object) -> None:
    markup = '<a href="{}">{last}</a>'
    assert fill(markup, first, last=second) == format_html(markup, first, last=second)
    assert isinstance(fill(markup, first, last=second), SafeString)


def test_parts_are_joined_with_markup_between_them() -> None:
    parts = ["a & b", SafeString("<b>c</b>"), 3]
    assert joined(parts, "<br>") == "a &amp; b<br><b>c</b><br>3"


@given(text=st.text(), length=st.integers(min_value=1, max_value=30))
@example(text="a\u0301", length=1)
def test_a_text_is_shortened_only_where_it_is_longer(text: str, length: int) -> None:
    short = shortened(text, length)
    assert len(short) <= length
    assert short == text or (len(text) > length and text.startswith(short.removesuffix("…")))
