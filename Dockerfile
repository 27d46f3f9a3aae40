# The service in an image:  docker build -t battery-lineage .
# Usually started together with Neo4j by docker-compose.yml.

FROM python:3.12-slim AS wheels
WORKDIR /src
COPY requirements.lock ./
# Exact versions with checked digests; the steps below fetch nothing.
RUN pip wheel --no-cache-dir --require-hashes --wheel-dir /wheels -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY lineage lineage
COPY cypher cypher
COPY api api
RUN pip install --no-cache-dir --no-index --find-links /wheels hatchling \
 && pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.12-slim
# Only what the service itself needs is taken from the wheels, not the tools of development.
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels battery-lineage \
 && useradd --system --uid 10001 --create-home --home-dir /data lineage
# A SQLite store, when one is chosen, goes here: mount a volume.
WORKDIR /data
USER lineage
ENV PYTHONUNBUFFERED=1
EXPOSE 8000
# /ready queries the store too; a process that merely listens is not healthy.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=6 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/ready', timeout=4)"]
ENTRYPOINT ["lineage"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--store", "sqlite:////data/lineage.sqlite"]
