import datetime

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Lower

STATUSES = ('open', 'in_review', 'awaiting_second_review', 'decided', 'published', 'needs_recheck', 'withdrawn')
RATINGS = ('true', 'mostly_true', 'half_true', 'mostly_false', 'false', 'unverifiable', 'not_enough_evidence', 'conflicting_evidence', 'opinion')


def rank(column, values):
    whens = [models.When(**{column: value}, then=models.Value(place)) for place, value in enumerate(values)]
    return models.Case(*whens, default=models.Value(len(values)), output_field=models.IntegerField())


DUE_BY = Coalesce('due_on', models.Value(datetime.date(9999, 12, 31)), output_field=models.DateField())
CALM = CombinedExpression(models.Value(0), '-', models.F('priority'), output_field=models.IntegerField())


def index(name, *expressions):
    return migrations.AddIndex('claim', models.Index(models.F('desk'), *expressions, models.F('created_at'), models.F('id'), name=name))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0008_tallies'),
    ]

    operations = [
        migrations.AddField(
            'user',
            'default_view',
            models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.savedview'),
        ),
        migrations.AddIndex('claim', models.Index(fields=['assignee', '-created_at', '-id'], name='claim_by_assignee')),
        migrations.AddIndex('claim', models.Index(fields=['desk', 'article', 'number'], name='claim_by_article')),
        index('claim_by_status', rank('status', STATUSES)),
        index('claim_by_rating', rank('rating', RATINGS)),
        index('claim_by_due_date', DUE_BY),
        index('claim_by_urgency', CALM, DUE_BY),
        migrations.AddIndex(
            'article',
            models.Index(
                django.contrib.postgres.indexes.OpClass(Lower('publisher'), 'text_pattern_ops'),
                name='article_publisher',
            ),
        ),
        # The planner would walk it in vain for a desk whose claims are few or old.
        migrations.RemoveIndex('claim', 'articles_cl_created_9d0e23_idx'),
        # So that the planner knows the words of middling frequency too: see decision 16.
        migrations.RunSQL(
            'ALTER TABLE articles_claim ALTER COLUMN search SET STATISTICS 1000',
            'ALTER TABLE articles_claim ALTER COLUMN search SET STATISTICS -1',
        ),
    ]
