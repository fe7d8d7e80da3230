import io

from django.core.management import call_command

SIGN_INS = "demo-sign-ins.txt"


def demo(*arguments: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()
