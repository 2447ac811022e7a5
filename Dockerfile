# syntax=docker/dockerfile:1
# The service of docker-compose.yml. Same lock files as script/setup.

FROM node:20-bookworm-slim AS assets
WORKDIR /app
COPY web_map/package.json web_map/package-lock.json web_map/.npmrc web_map/
RUN cd web_map && npm ci --ignore-scripts --no-audit --no-fund
COPY script/copy-browser-assets script/
RUN mkdir -p web_map/static && script/copy-browser-assets

FROM python:3.11-slim-bookworm AS environment
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv .venv \
  && .venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY grid_boundaries grid_boundaries
COPY layers layers
COPY web_map web_map
COPY gis_api gis_api
COPY --from=assets /app/web_map/static/vendor web_map/static/vendor
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e .

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore 15, the major version of the compose file's server.
RUN apt-get update \
  && apt-get install -y --no-install-recommends postgresql-client-15 util-linux \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --home-dir /data wangge \
  && install -d -o wangge -g wangge -m 0700 /data
COPY --from=environment /app /app
ENV PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    LC_ALL=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    WANGGE_VAR_DIR=/data
USER wangge
WORKDIR /data
VOLUME /data
EXPOSE 8443
STOPSIGNAL SIGTERM
ENTRYPOINT ["wangge"]
CMD ["serve", "--help"]
