"""Log lines without the data of the rows they are about: a source's name belongs in no log."""

import logging
import re

# What PostgreSQL adds to an error after its first line: the values of the row, the statement.
_ROW_DATA = re.compile(
    r"^(?:DETAIL|CONTEXT|HINT|QUERY|LINE \d+):.*\n?(?:[ \t]+\^\n?)?", re.MULTILINE
)


class Discreet(logging.Formatter):
    """Leaves out the details of database errors, from the message and from the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return _ROW_DATA.sub("", super().format(record)).rstrip("\n")
