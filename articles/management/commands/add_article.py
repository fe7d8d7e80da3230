import json
import sys
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import BaseCommand, CommandError, CommandParser
from django.forms import Form

from articles.actions.articles import DuplicateArticleError
from articles.forms.article import ArticleForm, EntryForm
from articles.importing.manuscript import MAX_FILE
from articles.management.people import find_desk, find_user
from articles.models import Article

DETAILS = ("title", "byline", "publisher", "url", "published-on", "language")


class Command(BaseCommand):
    help = "Add an article from a text, HTML, PDF or DOCX file, as the page “Add article” does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the file; - reads standard input")
        parser.add_argument("--desk", metavar="SLUG", help="needed where there are several")
        parser.add_argument("--by", metavar="USERNAME", help="the person who adds it")
        for name in DETAILS:
            parser.add_argument(f"--{name}", default="", help="instead of what the file says")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        name, data = read(options["file"])
        user = find_user(options["by"], who="the one who adds the article")
        desk = find_desk(user, options["desk"])
        details = {key: options[key] for key in ("title", "byline", "publisher", "url")}
        details |= {key: options[key] for key in ("published_on", "language")}
        entry = EntryForm(details, {"file": SimpleUploadedFile(name, data)}, desks=[desk])
        refuse_errors(entry)
        form = ArticleForm(entry.values(), desks=[desk])
        refuse_errors(form)
        try:
            article = form.save(by=user)
        except DuplicateArticleError as error:
            place = error.existing.get_absolute_url()
            raise CommandError(f"{error} It is at {place}.") from error
        self.report(article, as_json=options["json"])

    def report(self, article: Article, *, as_json: bool) -> None:
        path = article.get_absolute_url()
        if as_json:
            result = {"id": str(article.pk), "path": path, "title": article.title}
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(f"Added “{article.title}” at {path} (id {article.pk}).")


def read(file: str) -> tuple[str, bytes]:
    """A name for the file and its bytes: one more than allowed are enough to refuse it."""
    if file == "-":
        return "standard input", sys.stdin.buffer.read(MAX_FILE + 1)
    try:
        with Path(file).open("rb") as opened:
            return Path(file).name, opened.read(MAX_FILE + 1)
    except OSError as error:
        raise CommandError(f"“{file}” cannot be read: {error.strerror}.") from error


def refuse_errors(form: Form) -> None:
    """Raises CommandError with what is wrong, in one sentence each."""
    messages = []
    for name, errors in form.errors.items():
        label = "" if name in ("file", "__all__") else f"{form[name].label}: "
        messages += [f"{label}{error}" for error in errors]
    if messages:
        raise CommandError(" ".join(messages))
