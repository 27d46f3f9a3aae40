"""The smallest FastAPI endpoint: it sends the bytes of the file that `BENCH_BYTES` names."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from fastapi import FastAPI, Response

from lineage.cli.serve import run


def app() -> FastAPI:
    found = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    body = Path(os.environ["BENCH_BYTES"]).read_bytes()

    @found.get("/{path:path}")
    async def answer(path: str) -> Response:
        return Response(body, media_type="application/json")

    return found


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    for name, kind in (("--host", str), ("--port", int), ("--workers", int)):
        options.add_argument(name, type=kind)
    run("bench.measurements.http_baseline:app", **vars(options.parse_args()))
