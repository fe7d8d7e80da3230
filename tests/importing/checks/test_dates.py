from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.checks.dates import DateError, day, in_utc, moment

DAYS = {
    "2022-03-23": (2022, 3, 23),
    "2022-3-5": (2022, 3, 5),
    "2022/03/04": (2022, 3, 4),
    "2022.03.04.": (2022, 3, 4),
    "20220323": (2022, 3, 23),
    "2022-03-23T23:30:00-05:00": (2022, 3, 23),
    "2022-03-23 08:00": (2022, 3, 23),
    "23/03/2022": (2022, 3, 23),
    "03/23/2022": (2022, 3, 23),
    "3.4.2022": (2022, 4, 3),
    "05. 03. 2024": (2024, 3, 5),
    "03.23.2022": (2022, 3, 23),
    "23 March 2022": (2022, 3, 23),
    "23 mar 2022": (2022, 3, 23),
    "23-Mar-2022": (2022, 3, 23),
    "1st Sept. 2022": (2022, 9, 1),
    "March 23, 2022": (2022, 3, 23),
    "Mar. 2nd 2022": (2022, 3, 2),
    "2022년 3월 23일": (2022, 3, 23),
    "2022年3月23日": (2022, 3, 23),
}


@pytest.mark.parametrize(("text", "parts"), DAYS.items(), ids=str)
def test_days_are_read(text: str, parts: tuple[int, int, int]):
    assert day(text) == date(*parts)


UNCLEAR = {
    "03/04/2022": "3 April or 4 March",
    "3-4-2022": "3 April or 4 March",
    "30.02.2022": "no such day",
    "5.0.2022": "no such day",
    "23/03/22": "which of these numbers is the year",
    "44643": "a number stands",
    "2022": "a number stands",
    "2022-02-30": "no such day",
    "20221345": "no such day",
    "13/14/2022": "no such day",
    "13/13/2022": "no such day",
    "00/05/2022": "no such day",
    "0000-01-01": "no such day",
    "23 Foo 2022": "no month",
    "last week": "no date",
    "2022-03": "no date",
    "2022-03-23T25:00": "no date with a time",
    "٢٠٢٢-٠٣-٢٣": "no date",
}


@pytest.mark.parametrize(("text", "reason"), UNCLEAR.items(), ids=str)
def test_what_is_no_date_or_may_be_two_is_refused(text: str, reason: str):
    with pytest.raises(DateError, match=f"(?i){reason}"):
        day(text)
    with pytest.raises(DateError):
        moment(text)


MOMENTS = {
    "2022-03-23T14:30:00Z": (2022, 3, 23, 14, 30),
    "2022-03-23T14:30:00.250Z": (2022, 3, 23, 14, 30, 0, 250_000),
    "2022-03-23T14:30+02:00": (2022, 3, 23, 12, 30),
    "2022-03-23 14:30": (2022, 3, 23, 14, 30),
    "2022-03-23 14:30 UTC": (2022, 3, 23, 14, 30),
    "20220323T143000": (2022, 3, 23, 14, 30),
    "23 March 2022": (2022, 3, 23),
}


@pytest.mark.parametrize(("text", "parts"), MOMENTS.items(), ids=str)
def test_moments_are_read_in_utc(text: str, parts: tuple[int, ...]):
    assert moment(text) == datetime(*parts, tzinfo=UTC)
    assert moment(text).tzinfo is UTC


def test_a_moment_outside_the_calendar_is_refused():
    with pytest.raises(DateError, match="calendar"):
        in_utc(datetime.fromisoformat("0001-01-01T00:00:00+05:00"))


@given(st.dates())
def test_every_day_is_read_from_its_iso_form(value: date):
    assert day(value.isoformat()) == value


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_is_read_from_its_iso_form(value: datetime):
    assert moment(value.isoformat()) == value


@given(st.text() | st.from_regex(r"\A[0-9]{1,4}[-/. T]+[0-9]{1,4}[-/. ]+[0-9]{1,4}.{0,9}\Z"))
def test_any_text_is_a_date_or_refused(text: str):
    for read in (day, moment):
        with suppress(DateError):
            assert isinstance(read(text), date)
