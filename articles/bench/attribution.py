"""How long it takes to find who is said to have said what in an article."""

from collections.abc import Iterator

from articles.bench.measure import Row, median_ms
from articles.text.attribution import detect

LENGTH = 20_000
TARGET = 50
PARAGRAPHS = (
    "The governor said on Monday that the mine was safe, but two engineers denied it. According "
    "to a report compiled by the Labour Office, 2,000 men work there.",
    "“The pumps were never tested,” Lena Ostrow, the chief engineer, told The Harbour Times. “We "
    "had no time.” The mine opened in 1974 and lies an hour north of the town.",
    "The source said the owner had been warned, adding that “every letter was thrown away.” The "
    "treasurer called the inquiry “a work of fiction”.",
)


def attribution_rows(rounds: int) -> Iterator[Row]:
    paragraphs = "\n\n".join(PARAGRAPHS) + "\n\n"
    text = (paragraphs * (LENGTH // len(paragraphs) + 1))[:LENGTH]
    took = median_ms(lambda: detect(text), rounds)
    target = f"≤ {TARGET} ms"
    yield Row("attributions in 20,000 characters", took, target=target, met=took <= TARGET)
