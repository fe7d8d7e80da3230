"""What the dashboard repeats: bars, the tables behind the charts, and the claims of findings."""

from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from articles.markup import fill, joined, shortened
from articles.models import Claim
from articles.pace import Period
from articles.templatetags.claim_tables import day
from articles.views.charts import Chart

register = template.Library()

BAR = """<li class="{look}"><a{link}>
<span class="bar-label" dir="auto">{label}</span>
<span class="bar-count">{claims}<span class="visually-hidden"> claim{plural}</span></span>
<svg class="bar" height="10" aria-hidden="true" focusable="false">
<rect class="bar-track" width="100%" height="10" rx="2"></rect>
<rect class="bar-fill" width="{width}" height="10" rx="2"></rect>
</svg></a></li>
"""
BAR_ROW = """<tr><th scope="row" dir="auto">{}</th>\
<td class="number">{}</td><td class="number">{}</td></tr>
"""
DAY = '<th scope="row"><time datetime="{}">{}</time></th>'
FIGURE = '<td class="number" data-value="{}">{}</td>'
NO_FIGURE = SafeString('<td class="number">–</td>')
TOLD = """<li><a id="{name}-{claim}" href="{url}" dir="auto">{words}</a>
<span class="facts" dir="auto">{title} · \
<a id="{name}-{claim}-origins" href="{origins}">Who stands behind it</a></span></li>
"""


@register.simple_tag
def bars(chart: Chart) -> SafeString:
    return joined(
        fill(
            BAR,
            look=bar.look,
            link=fill(' id="{}-bar-{}" href="{}"', chart.name, place, bar.url) if bar.url else "",
            label=bar.label,
            claims=f"{bar.claims:,}",
            plural="" if bar.claims == 1 else "s",
            width=bar.width,
        )
        for place, bar in enumerate(chart.bars, 1)
    )


@register.simple_tag
def bar_rows(chart: Chart) -> SafeString:
    return joined(fill(BAR_ROW, bar.label, f"{bar.claims:,}", bar.share) for bar in chart.bars)


@register.simple_tag
def pace_rows(periods: Iterable[Period]) -> SafeString:
    """How many claims were marked, and how many decided, in each period."""
    return joined(
        period_row(period, figure(period.opened), figure(period.decided)) for period in periods
    )


@register.simple_tag
def wait_rows(periods: Iterable[Period]) -> SafeString:
    """The median hours that claims waited which were decided in each period."""
    return joined(period_row(period, hours(period.median_hours)) for period in periods)


def period_row(period: Period, *cells: SafeString) -> SafeString:
    first = fill(DAY, period.start.isoformat(), day(period.start))
    return fill("<tr>{}{}</tr>\n", first, joined(cells))


def figure(claims: int) -> SafeString:
    return fill(FIGURE, claims, f"{claims:,}")


def hours(median: float | None) -> SafeString:
    return NO_FIGURE if median is None else fill(FIGURE, f"{median:.3f}", f"{median:.1f}")


@register.simple_tag
def told(name: str, claims: Iterable[Claim]) -> SafeString:
    """The claims that the finding of that name tells of, each with a way to its chains."""
    return joined(
        fill(
            TOLD,
            name=name,
            claim=claim.pk,
            url=claim.get_absolute_url(),
            words=shortened(claim.text, 120),
            title=claim.article.title,
            origins=reverse("article-origins", args=[claim.article_id]),
        )
        for claim in claims
    )
