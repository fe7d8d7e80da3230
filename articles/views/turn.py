"""Whose turn the chosen claim is: what its panel shows of it, and what a write does to it."""

from typing import Any

from django import forms

from articles.actions.leases import release, standing_lease, take
from articles.forms.queue import PlanForm, ReasonForm
from articles.models import Claim, Skip, Status, User
from articles.models.workflow import UNDECIDED, WAITING

OTHERS_WORK = {"assign_form", "plan_form", "skip_form", "back_form", "restore_form"}
"""Forms of the panel that are not work on the claim."""
LAST_WORK = {"verdict_form", "withdraw_form", "undo_form"}


def turn_context(claim: Claim, user: User) -> dict[str, Any]:
    version = {"version": claim.version}
    begun = (Status.IN_REVIEW, *WAITING)
    return {
        "lease": standing_lease(claim),
        "skip": Skip.objects.filter(claim=claim, user=user).first(),
        "may_skip": claim.status in UNDECIDED,
        "may_hand_back": claim.assignee_id == user.pk and claim.status in begun,
        "skip_form": ReasonForm(prefix="skip", initial=version),
        "back_form": ReasonForm(prefix="back", initial=version),
        "plan_form": PlanForm(
            prefix="plan",
            initial=version
            | {"due_on": claim.due_on, "priority": claim.priority, "kind": claim.kind},
        ),
    }


def after_write(claim: Claim, user: User, name: str, form: forms.Form) -> None:
    """Work keeps a claim for its writer; the verdict, or another move, ends their turn."""
    moved = form.cleaned_data.get("move")
    if name in LAST_WORK or (moved and moved != "start"):
        release(claim.pk, user)
    elif name not in OTHERS_WORK and claim.status in UNDECIDED:
        take(claim.pk, user)
