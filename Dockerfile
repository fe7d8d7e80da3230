FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

RUN useradd --system --user-group --uid 10001 --no-create-home --shell /usr/sbin/nologin factcheck
WORKDIR /app

COPY requirements/main.txt requirements/
RUN pip install --require-hashes --requirement requirements/main.txt

COPY . .
# The static files are part of the image. Neither the key nor the database of this line is used.
RUN SECRET_KEY=only-for-this-line DATABASE_URL=postgresql://nowhere/none \
    python manage.py collectstatic --noinput \
 && install --directory --owner=factcheck --group=factcheck var/media var/mail

USER factcheck
VOLUME /app/var/media
EXPOSE 8000
ENV WEB_CONCURRENCY=2
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "factcheck.wsgi", "--config=python:factcheck.gunicorn_config", \
     "--bind=0.0.0.0:8000", "--worker-class=gthread", "--threads=4", \
     "--preload", "--no-control-socket", "--worker-tmp-dir=/dev/shm", "--access-logfile=-"]
