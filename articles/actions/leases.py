"""Whose turn a claim is. A lease keeps others from taking up a claim unknowingly; it refuses no
work, and runs out by itself."""

from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from articles.models import Claim, Lease, User

LEASE = timedelta(minutes=15)
"""How long a claim is kept for somebody who does no work on it."""

TAKE = """
INSERT INTO articles_lease AS held (claim_id, user_id, taken_at, expires_at)
VALUES (%(claim)s, %(user)s, now(), now() + make_interval(secs => %(seconds)s))
ON CONFLICT (claim_id) DO UPDATE
SET user_id = excluded.user_id, expires_at = excluded.expires_at,
    taken_at = CASE WHEN held.user_id = excluded.user_id AND held.expires_at > now()
                    THEN held.taken_at ELSE now() END
WHERE held.user_id = excluded.user_id OR held.expires_at <= now() OR %(knowingly)s
"""


def take(claim: UUID, user: User, *, knowingly: bool = False) -> bool:
    """Take the claim, or prolong what one has of it. Tells whether it is now this person's.

    What somebody else has is taken over ``knowingly`` alone. Safe against others who take it at
    the same moment: one statement decides.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE,
            {
                "claim": claim,
                "user": user.pk,
                "seconds": LEASE.total_seconds(),
                "knowingly": knowingly,
            },
        )
        return bool(cursor.rowcount)


def release(claim: UUID, user: User) -> None:
    Lease.objects.filter(claim=claim, user=user).delete()


def standing_lease(claim: Claim) -> Lease | None:
    leases = Lease.objects.filter(claim=claim, expires_at__gt=Now())
    return leases.select_related("user").first()
