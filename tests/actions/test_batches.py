"""What is asked of an import, as it stands in the queue afterwards."""

from articles.actions.batches import ask_check, ask_import, ask_undo
from articles.importing.run import run_batch
from articles.models import Article, Batch, Desk, User
from tests.importing_pages import LAYOUT, in_state, make_batch


def test_another_layout_is_the_one_that_is_checked(desk: Desk, admin: User) -> None:
    batch = in_state("new", desk, admin)
    layout = LAYOUT.mapped("document", {"Body": "text", "Editor": "source"})
    ask_check(batch, layout=layout.as_dict())
    batch.refresh_from_db()
    assert batch.layout["kind"] == "document"
    assert batch.layout["mapping"] == {"Body": "text", "Editor": "source"}


def test_an_undo_keeps_what_people_have_changed_since(desk: Desk, admin: User) -> None:
    batch = make_batch(desk, admin)
    ask_check(batch, here=True)
    run_batch(batch.pk)
    ask_import(batch, by=admin, here=True)
    run_batch(batch.pk)
    Article.objects.update(title="High water in March")
    ask_undo(batch, by=admin, here=True)
    run_batch(batch.pk)
    batch.refresh_from_db()
    assert batch.state == Batch.State.UNDONE
    assert Article.objects.get().title == "High water in March"
    assert [item["title"] for item in batch.undo_report["kept"]] == ["High water in March"]
