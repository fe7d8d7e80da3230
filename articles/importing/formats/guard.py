"""The mark before cells that a spreadsheet would run as a formula (OWASP, CSV injection)."""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r]")


def guarded(cell: str) -> str:
    """The cell with an apostrophe in front if a spreadsheet could take it for a formula.

    So has a cell that looks guarded already, so that ``unguarded`` gives back every cell as it was.
    """
    return f"'{cell}" if _RISKY.match(cell) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _RISKY.match(cell) else cell
