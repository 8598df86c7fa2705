# One node, or several: docker run … IMAGE run [DIR…]. Its folder is a volume at /var/lib/tiersync.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements/deploy.txt requirements/deploy.txt
RUN python -m venv /usr/local/lib/tiersync \
    && /usr/local/lib/tiersync/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/deploy.txt
COPY . .
RUN /usr/local/lib/tiersync/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 8471 tiersync \
    && useradd --system --uid 8471 --gid tiersync --home-dir /var/lib/tiersync --shell /usr/sbin/nologin tiersync \
    && install -d -m 0700 -o tiersync -g tiersync /var/lib/tiersync
COPY --from=build /usr/local/lib/tiersync /usr/local/lib/tiersync
ENV PATH=/usr/local/lib/tiersync/bin:$PATH PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1
USER 8471:8471
WORKDIR /var/lib/tiersync
VOLUME /var/lib/tiersync
EXPOSE 8471 9471
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 9471, timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["tiersync"]
CMD ["run", "--health", "0.0.0.0:9471"]
