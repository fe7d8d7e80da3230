from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from articles.demo.load import load_demo
from articles.demo.remove import Removed, count, demo_desk, remove_demo
from articles.models import RuleError

SIGN_INS = "demo-sign-ins.txt"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def contents(removed: Removed) -> str:
    return (
        f"{counted(removed.articles, 'article')}, {counted(removed.claims, 'claim')} and "
        f"{counted(removed.verdicts, 'verdict')}"
    )


def confirmed(question: str) -> bool:
    try:
        return input(question).strip().lower() == "yes"
    except EOFError:
        return False


class Command(BaseCommand):
    help = "Load a desk to try things out at; with --remove, take it away again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove the demo")
        parser.add_argument("--yes", action="store_true", help="remove without asking")

    def handle(self, *args: Any, remove: bool, yes: bool, **options: Any) -> None:
        try:
            self.remove(yes=yes) if remove else self.load()
        except (RuleError, OSError) as error:
            raise CommandError(str(error)) from error

    def load(self) -> None:
        desk, made = load_demo(settings.VAR / SIGN_INS)
        state = "is loaded" if made else "was there already"
        self.stdout.write(
            f"The {desk} {state}: {contents(count(desk))}. "
            f"The sign-ins are in {settings.VAR / SIGN_INS}."
        )

    def remove(self, *, yes: bool) -> None:
        desk = demo_desk()
        question = (
            f"This removes the {desk} with {contents(count(desk))}, whoever made them, and the "
            "demo’s people and sources. Type yes to go on: "
        )
        if yes or confirmed(question):
            self.report(remove_demo(settings.VAR / SIGN_INS))
        else:
            self.stdout.write("Nothing was removed.")

    def report(self, removed: Removed) -> None:
        self.stdout.write(
            f"Removed {contents(removed)}, {counted(removed.sources, 'source')} and "
            f"{counted(len(removed.people), 'user')}."
        )
        if removed.deactivated:
            self.stdout.write(
                f"Deactivated, for they have work elsewhere: {', '.join(removed.deactivated)}."
            )
        if removed.sources_in_use:
            in_use = counted(removed.sources_in_use, "source")
            self.stdout.write(f"Kept, for other desks use them: {in_use}.")
        self.stdout.write(
            f"The append-only history keeps {counted(removed.history_rows, 'row')} about these."
        )
