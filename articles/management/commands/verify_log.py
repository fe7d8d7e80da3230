from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, OuterRef, Subquery

from articles.models import Desk, Verdict
from articles.models.verdict import broken_links


def noted_head(words: str) -> tuple[str, str]:
    slug, equals, head = words.partition("=")
    if not (slug and equals and len(head) == 64):
        raise ArgumentTypeError(f"{words!r} is not SLUG=HASH with a hash of 64 characters")
    return slug, head.lower()


class Command(BaseCommand):
    help = (
        "Prove the verdict log whole: every desk's verdicts follow one another and none was "
        "changed. Note the heads that are printed, and give them back with --expect: a log whose "
        "last rows were cut off holds in itself, but has lost a head that was noted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            type=noted_head,
            metavar="SLUG=HASH",
            help="a desk and a head noted before, which must still be in its chain; repeatable",
        )

    def handle(self, *args: Any, expect: list[tuple[str, str]], **options: Any) -> None:
        # The heads come first: rows that are added meanwhile are then checked, too.
        chains = chains_of_desks()
        names = {desk.pk: f"Desk {desk.slug} ({desk.name})" for desk in Desk.objects.all()}
        faults = [
            f"{names[row.desk_id]}, row {row.seq}: {row.reason}."
            for row in broken_links(Verdict.objects.all())
        ]
        faults += [fault for slug, head in expect if (fault := missing_head(slug, head))]
        if faults:
            raise CommandError("The verdict log does not hold.\n" + "\n".join(faults))
        for desk in chains:
            self.stdout.write(f"{desk.slug}: {counted(desk.verdicts, 'verdict')}, head {desk.head}")
        total = sum(desk.verdicts for desk in chains)
        holds = "holds" if total == 1 else "hold"
        self.stdout.write(
            f"{counted(total, 'verdict')} in {counted(len(chains), 'chain')} {holds}."
        )


def chains_of_desks() -> list[Any]:
    """The desks that have verdicts, each with ``verdicts``, their count, and ``head``."""
    own = Verdict.objects.filter(desk=OuterRef("pk")).order_by()
    count = own.values("desk").annotate(count=Count("pk")).values("count")
    head = own.order_by("-seq").values("hash")[:1]
    return list(
        Desk.objects.annotate(verdicts=Subquery(count), head=Subquery(head)).exclude(head=None)
    )


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def missing_head(slug: str, head: str) -> str:
    """What is wrong with the desk's noted head; empty when it is in the chain."""
    desk = Desk.objects.filter(slug=slug).first()
    if desk is None:
        return f"There is no desk {slug}; its log is lost, or the slug was changed."
    if Verdict.objects.filter(desk=desk, hash=head).exists():
        return ""
    return (
        f"Desk {slug} ({desk.name}): the noted head {head} is not in its chain; rows were cut off"
        " its end, or all of them were written anew."
    )
