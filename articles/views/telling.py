"""What a page says of the write that led to it."""

from django.contrib import messages

from articles.http import SignedInRequest


def tell(
    request: SignedInRequest, text: str, *, undo: str = "", level: int = messages.SUCCESS
) -> None:
    """Say on the next page what was done; a button there posts to ``undo``, which takes it back.

    The address goes as the tags of the message: Django keeps nothing else with one.
    """
    messages.add_message(request, level, text, extra_tags=undo)
