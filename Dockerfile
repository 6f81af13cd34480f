# One image for every service of docker-compose.yml: the locked Python environment, Java for Spark, and this tree.
FROM python:3.12-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends openjdk-17-jre-headless \
    && rm -rf /var/lib/apt/lists/*

# The same id must own the host folder that is mounted at /data (see docs/operations.md).
ARG DASAN_UID=1000
RUN useradd --uid "${DASAN_UID}" --create-home dasan \
    && install -d -o dasan -g dasan /opt/airflow /data

WORKDIR /opt/dasan
COPY lock.txt ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r lock.txt
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY nlp nlp
COPY jobs jobs
COPY dags dags
COPY dashboards dashboards
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LANG=C.UTF-8 \
    GX_ANALYTICS_ENABLED=false \
    DASAN_HOME=/data \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/dasan/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False
USER dasan
CMD ["dasan", "--help"]
