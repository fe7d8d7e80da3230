from django.db import connection, transaction

from articles.models.counting import FOLD, REPAIR

ONE_AT_A_TIME = 4_112_023
"""The advisory lock under which tallies are folded: a second folding would only wait."""


@transaction.atomic
def fold_tallies() -> None:
    """Add up the rows that came since the last time, unless somebody is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if cursor.fetchone() == (True,):
            cursor.execute(FOLD)


def repair_tallies() -> int:
    """Count all claims anew and add what was amiss; how many tallies that were.

    Nobody has to stop work for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(REPAIR)
        return int(cursor.rowcount)
