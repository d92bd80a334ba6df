# Two images: `full` has every verb, `serve` predicts with saved models and has neither TensorFlow nor LightGBM.
#
#     docker build --target full -t signalcli .
#     docker build --target full --build-arg EXTRAS=calendar,plot,report,inspect,tune -t signalcli .   # more extras
#     docker build --target serve -t signalcli:serve .
#     docker build --target serve --build-arg ALSO=yfinance -t signalcli:serve .   # with fetch from Yahoo
#     docker run --rm -v signals:/data signalcli:serve predict --model ibm bars.csv
#
# /data holds what lasts: the store of bars, saved models, signals, the ledger and the job file nightly.toml.

FROM python:3.11-slim AS build-serve
WORKDIR /src
RUN python -m venv /opt/signalcli
COPY requirements-serve.txt ./
ARG ALSO=""
RUN /opt/signalcli/bin/python -m pip install --no-cache-dir -r requirements-serve.txt ${ALSO}
COPY pyproject.toml README.md LICENSE ./
COPY signalcli signalcli
COPY sample_data sample_data
RUN /opt/signalcli/bin/python -m pip install --no-cache-dir --no-deps .

FROM python:3.11-slim AS build-full
WORKDIR /src
RUN python -m venv /opt/signalcli
ARG EXTRAS="calendar,notify,plot,report"
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY signalcli signalcli
COPY sample_data sample_data
RUN /opt/signalcli/bin/python -m pip install --no-cache-dir -c constraints.txt ".[${EXTRAS}]"

FROM python:3.11-slim AS base
# The user is a number, so that an orchestrator can see that it is not root.
RUN install -d -m 0755 -o 10001 -g 10001 /data
ENV PATH=/opt/signalcli/bin:$PATH HOME=/data XDG_DATA_HOME=/data XDG_STATE_HOME=/data
WORKDIR /data
VOLUME /data
ENTRYPOINT ["signalcli"]
CMD ["--help"]
# Unhealthy while bars, signals or the model that the job file names are stale; an image without a job is unhealthy.
HEALTHCHECK --interval=1h --timeout=1m --start-period=5m \
    CMD signalcli status nightly.toml --stale || exit 1

FROM base AS full
# LightGBM loads the OpenMP library of the system.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
COPY --from=build-full /opt/signalcli /opt/signalcli
USER 10001:10001

FROM base AS serve
COPY --from=build-serve /opt/signalcli /opt/signalcli
USER 10001:10001
