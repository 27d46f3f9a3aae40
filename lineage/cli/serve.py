"""`lineage serve`: run the HTTP service."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from lineage.cli.session import StoreOption, opened_or_made, report_errors, settings
from lineage.domain.errors import InvalidQuestionError
from lineage.settings import ALLOW_KEEP_RECORDED, ALLOWED_HOSTS, READ_SECONDS, STORE, read_settings

HostOption = Annotated[str, typer.Option(help="The address to listen on.")]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes any free one.")]


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    store: StoreOption = None,
    *,
    workers: Annotated[int, typer.Option(min=1, max=64, help="The number of worker processes.")] = 1,
    allow_keep_recorded: Annotated[
        bool, typer.Option("--allow-keep-recorded", help="Accept `?keep_recorded=true`: for trusted imports only.")
    ] = False,
    allowed_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A further name of the service in `Host`; repeat for more.")
    ] = None,
    read_seconds: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="The longest time that a read may take.")
    ] = None,
) -> None:
    """Serve the HTTP interface."""
    from api.app import create_app  # noqa: PLC0415 - only what serves loads what serving needs
    from api.hosts import names_of  # noqa: PLC0415 - as above

    with report_errors():
        configured = settings()
        url = store or configured.store
        seconds = read_settings({READ_SECONDS: read_seconds}).read_seconds if read_seconds else configured.read_seconds
        names = names_of(host, (*configured.allowed_hosts, *(allowed_host or ())))
        allow = allow_keep_recorded or configured.allow_keep_recorded
        with opened_or_made(url) as open_one:
            open_one.ready()
            if workers == 1:
                app = create_app(open_one, allow_keep_recorded=allow, read_seconds=seconds, allowed_hosts=names)
                run(app, host, port)
                return
        os.environ |= {STORE: url, READ_SECONDS: str(seconds), ALLOW_KEEP_RECORDED: "true" if allow else "false"}
        os.environ[ALLOWED_HOSTS] = ",".join(names or ())
        run("api.app:from_environment", host, port, workers)


def run(app: object, host: str, port: int, workers: int = 1) -> None:
    """Serve until stopped; `app` is an app or the import path of its factory.

    Raises InvalidQuestionError where the port is taken.
    """
    import uvicorn  # noqa: PLC0415 - only what serves loads what serving needs

    from lineage.cli.uvicorn_protocol import AtOnce  # noqa: PLC0415

    try:
        uvicorn.run(
            app,  # type: ignore[arg-type]
            host=host,
            port=port,
            workers=workers,
            http=AtOnce,
            factory=isinstance(app, str),
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    except SystemExit as stop:
        if stop.code:
            message = f"{host}:{port} cannot be listened at: is something else running there?"
            raise InvalidQuestionError(message, path="--port", code="port_taken") from None
