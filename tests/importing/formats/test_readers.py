import io

from articles.importing.formats.readers import READERS, read
from articles.importing.records import FORMATS, Layout, Record


def test_every_format_has_a_reader() -> None:
    assert set(READERS) == set(FORMATS)


def test_the_reader_is_that_of_the_layout() -> None:
    layout = Layout("csv", "source", "utf-8", ";", mapping={"Name": "name"})
    assert list(read(io.BytesIO(b"Name;x\na;b\n"), layout)) == [Record(2, "source", {"name": "a"})]
