# SPDX-License-Identifier: Apache-2.0
FROM debian:12-slim AS made
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv nodejs npm \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/marsa
COPY requirements.lock package.json package-lock.json ./
RUN python3 -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
    && npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN PYTHONPATH=. .venv/bin/python -m web.assets && rm -rf node_modules

FROM debian:12-slim
# The client's programs are for backup and restore; the database itself is another container.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/marsa --shell /usr/sbin/nologin marsa \
    && install -d -o marsa -g marsa -m 0700 /var/lib/marsa/data
COPY --from=made /srv/marsa /srv/marsa
WORKDIR /srv/marsa
ENV PATH=/srv/marsa/.venv/bin:$PATH PYTHONPATH=/srv/marsa MARSA_DATA=/var/lib/marsa/data
USER marsa
EXPOSE 8000
CMD ["python", "-m", "api", "up", "--host", "0.0.0.0"]
