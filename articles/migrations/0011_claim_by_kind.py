from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0010_fewer_indexes'),
    ]

    operations = [
        migrations.AddIndex(
            'claim', models.Index(fields=['desk', 'kind', '-created_at', '-id'], name='claim_by_kind')
        ),
    ]
