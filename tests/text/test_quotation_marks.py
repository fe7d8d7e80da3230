import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.normalize import Block, build, paragraphs
from articles.text.quotation_marks import REACH, quotations
from articles.text.spans import Span

from .strategies import raw_texts

MARKS = "“”‘’„‟‚\"'«»‹›「」『』｢｣〝〞《》"

# Text → the words quoted, in order, an outer quotation before those in it.
FOUND = {
    "none": ("She said nothing.", []),
    "straight": ('She said "come in" and left.', ["come in"]),
    "curly": ("She said “come in” and left.", ["come in"]),
    "whole text": ("“Come in.”", ["Come in."]),
    "two around an attribution": ("“Come in,” he said, “or go.”", ["Come in,", "or go."]),
    "straight around an attribution": ('"Come in," he said, "or go."', ["Come in,", "or go."]),
    "in round brackets": ('return ("refouler") or extradite', ["refouler"]),
    "after a dash": ("He left — “for good” — in May.", ["for good"]),
    "guillemets": ("Il a dit «entrez» hier.", ["entrez"]),
    "French with no-break spaces": ("Il a dit «\u00a0entrez\u00a0» hier.", ["entrez"]),
    "French with narrow spaces": ("Il a dit «\u202fentrez\u202f» hier.", ["entrez"]),
    "French with plain spaces": ("Il a dit « entrez » hier.", ["entrez"]),
    "French within": ("« Elle a dit « non » hier », dit-il.", ["Elle a dit « non » hier", "non"]),
    "single guillemets": ("Er sagte ‹komm› und ging.", ["komm"]),
    "German": ("Er sagte: „Komm herein“, und ging.", ["Komm herein"]),
    "German guillemets": ("Er sagte: »Komm herein«, und ging.", ["Komm herein"]),
    "German within": (
        "„Er sagte ‚komm‘ und ging“, schrieb sie.",
        ["Er sagte ‚komm‘ und ging", "komm"],
    ),
    "Polish": ("Powiedział: „Wejdź do środka” i wyszedł.", ["Wejdź do środka"]),
    "Swedish": ("Han sa: ”Kom in nu” och gick.", ["Kom in nu"]),
    "Finnish guillemets": ("Hän sanoi: »Tule sisään» ja lähti.", ["Tule sisään"]),
    "Spanish": ("Dijo: «Pasen» y salió. “Adiós”, añadió.", ["Pasen", "Adiós"]),
    "Russian": ("Он сказал: «Войдите», и ушёл.", ["Войдите"]),
    "Arabic": ("قال «ادخلوا» ثم خرج.", ["ادخلوا"]),
    "Korean": ("그는 “들어오세요”라고 말했다.", ["들어오세요"]),
    "Korean straight": ('그는 "들어오세요"라고 말했다.', ["들어오세요"]),
    "Korean single": ("그는 ‘국민’이라고 불렀다.", ["국민"]),
    "Chinese": ("他说：“请进来。”然后离开。", ["请进来。"]),
    "Chinese straight": ('他说"请进来"然后离开。', ["请进来"]),
    "Chinese single within": ("他说：“她说‘不’了。”", ["她说‘不’了。", "不"]),
    "Japanese": ("彼は「入ってください」と言った。", ["入ってください"]),
    "Japanese within": ("「彼は『いや』と言った」", ["彼は『いや』と言った", "いや"]),
    "half-width brackets": ("彼は｢はい｣と言った。", ["はい"]),
    "title of a work": ("他读了《春天的故事》。", []),
    "title within": ("他说：「我读了《春天》。」", ["我读了《春天》。"]),
    "single curly": ("She said ‘come in’ and left.", ["come in"]),
    "single straight": ("She said 'come in' and left.", ["come in"]),
    "single within double": ("“He said ‘no’ to me.”", ["He said ‘no’ to me.", "no"]),
    "double within single": ("‘He said “no” to me.’", ["He said “no” to me.", "no"]),
    "straight within straight": ('"He said "no" to me."', ['He said "no" to me.', "no"]),
    "apostrophes": ("It’s the workers’ party; don't ask whose.", []),
    "apostrophe within single": ("She said ‘don’t wait’ and left.", ["don’t wait"]),
    "apostrophe within straight single": ("She said 'don't wait' and left.", ["don't wait"]),
    "possessive within single": (
        "He called it ‘the workers’ own victory,’ and left.",
        ["the workers’ own victory,"],
    ),
    "decade": ("In the ’90s and the '80s it rained.", []),
    "elision": ("’Tis the end, and rock ’n’ roll is dead, 'tis said.", []),
    "French elision": ("L’homme qu’il a vu n'était pas d'ici.", []),
    "feet and inches": ("He is 5'10\" tall and she is 6' even.", []),
    "inch": ('A 6" pipe broke.', []),
    "title with a possessive": ("the Korean Workers’ Party newspaper", []),
    "two single ones": ("‘One day,’ he said, ‘they went.’", ["One day,", "they went."]),
    "empty": ('He wrote “” and "".', []),
    "only marks": ("““””", []),
    "closing alone": ("He left.” Then it rained.", []),
    "unclosed ends with its paragraph": (
        "He said “come in and left.\n\nIt rained all day.",
        ["come in and left."],
    ),
    "unclosed before another": (
        "He said “come in, and then “go out” at once.",
        ["come in, and then", "go out"],
    ),
    "inner one unclosed": ("“He said ‘no to me.” It rained.", ["He said ‘no to me."]),
    "ends in another paragraph without a mark": (
        "“It rained.\n\nWe left,” he said.",
        ["It rained."],
    ),
    "over paragraphs": (
        "He said: “It rained.\n\n“We left.\n\n“We came back.” So it was.",
        ["It rained.\n\nWe left.\n\nWe came back."],
    ),
    "over paragraphs, straight": (
        '"It rained.\n\n"We left." So it was.',
        ["It rained.\n\nWe left."],
    ),
    "over paragraphs, French": (
        "« Il a plu.\n\n» Nous sommes partis. » Voilà.",
        ["Il a plu.\n\nNous sommes partis."],
    ),
    "over paragraphs with one within": (
        "“He said ‘it rained.\n\n“‘We left,’ and so on.”",
        ["He said ‘it rained.\n\n‘We left,’ and so on.", "it rained.\n\nWe left,"],
    ),
    "in two paragraphs, each closed": ("“It rained.”\n\n“We left.”", ["It rained.", "We left."]),
}


@pytest.mark.parametrize(("text", "words"), FOUND.values(), ids=FOUND)
def test_found(text: str, words: list[str]) -> None:
    assert [one.words(text) for one in quotations(text)] == words


def test_offsets_with_and_without_marks() -> None:
    text = "He said: « Come\u00a0in » twice."
    (one,) = quotations(text)
    assert text[one.start : one.end] == "« Come\u00a0in »"
    assert one.pieces == (Span(11, 18),)
    assert (one.mark, one.closed, one.depth, one.parent) == ("«", True, 0, None)


def test_pieces_leave_out_the_marks_that_open_again() -> None:
    text = "“It rained.\n\n“We left.”"
    (one,) = quotations(text)
    assert (one.start, one.end) == (0, len(text))
    assert [text[piece.start : piece.end] for piece in one.pieces] == ["It rained.", "We left."]


def test_nesting() -> None:
    text = "“She said ‘he wrote “no” twice’ and ‘left,’” he said. “Yes.”"
    assert [(one.depth, one.parent) for one in quotations(text)] == [
        (0, None),
        (1, 0),
        (2, 1),
        (1, 0),
        (0, None),
    ]


def test_unclosed_is_told() -> None:
    closed, unclosed = quotations("“One thing.” Then “another\n\nand more.")
    assert (closed.closed, unclosed.closed) == (True, False)


@pytest.mark.parametrize(
    ("text", "scare"),
    [
        ("granting “student” visas", True),
        ("the “two words” here", True),
        ("the “three words here” too", False),
        ("他们的“自由”", True),
        ("他们的“自由和平等”", False),
    ],
)
def test_scare(text: str, scare: bool) -> None:
    assert [one.scare for one in quotations(text)] == [scare]


def test_block_quotations() -> None:
    text, blocks = build(
        [
            ("paragraph", "She wrote:"),
            ("quotation", "It rained “all day” long."),
            ("quotation", "Then we left.\n— A diary"),
            ("paragraph", "So it was."),
            ("quotation", "“A third one with its own marks.”"),
        ]
    )
    first, within, last = quotations(text, blocks)
    assert first.words(text) == "It rained “all day” long.\n\nThen we left."
    assert (first.mark, first.depth, first.parent) == ("", 0, None)
    assert (within.words(text), within.depth, within.parent) == ("all day", 1, 0)
    assert (last.words(text), last.mark) == ("A third one with its own marks.", "“")


def test_blocks_part_quotations_as_blank_lines_do() -> None:
    text = "He said “come in.\n\nIt rained.” So."
    assert quotations(text, paragraphs(text)) == quotations(text)


def assert_sound(text: str, blocks: list[Block]) -> None:
    found = quotations(text, blocks)
    assert found == sorted(found, key=lambda one: (one.start, -one.end))
    for number, one in enumerate(found):
        assert 0 <= one.start <= one.pieces[0].start
        assert one.pieces[-1].end <= one.end <= len(text)
        assert re.search(r"\w", one.words(text))
        for piece in one.pieces:
            words = text[piece.start : piece.end]
            assert words
            assert words == words.strip()
        if one.parent is not None:
            outer = found[one.parent]
            assert one.parent < number
            assert outer.start <= one.start
            assert one.end <= outer.end
            assert one.depth == outer.depth + 1
        else:
            assert one.depth == 0


@given(raw_texts | st.text(st.sampled_from(MARKS + " ab.,é中한\n"), max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert_sound(text, [])
    assert_sound(text, paragraphs(text))


@given(
    st.text(st.sampled_from("ab é中"), min_size=1, max_size=20),
    st.sampled_from(["“”", '""', "„“", "«»", "»«", "‹›", "「」", "『』", "‘’"]),
)
def test_what_stands_between_marks_is_found(words: str, marks: str) -> None:
    text = f"She said: {marks[0]}x {words} x.{marks[1]} Then she left."
    assert [one.words(text) for one in quotations(text)] == [f"x {words} x."]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("pattern", ["{}", " {}a", "a{} ", "s{} a ", "{}a\n\n"])
def test_many_marks_take_no_time_to_speak_of(mark: str, pattern: str) -> None:
    """Quadratic work over a hundred thousand marks would not end within the test run."""
    text = pattern.format(mark) * 20_000
    assert len(quotations(text)) <= 20_000


def test_reach_of_single_marks() -> None:
    near = f"He said 'a {'b ' * (REACH // 4)}c' and left."
    far = f"He said 'a {'b ' * REACH}c' and left."
    assert len(quotations(near)) == 1
    assert quotations(far) == []
