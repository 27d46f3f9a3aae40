"""Start a real Neo4j Community server from the jars that Maven publishes; standard library only.

As a program:

    python tools/neo4j_server.py run --version 5.26.31 -- pytest       a server for the time of one command
    python tools/neo4j_server.py run --servers 2 -- tools/test.sh      two, whose URLs are separated by a comma
    python tools/neo4j_server.py serve --home .neo4j/home --browser    a server for work by hand

As a module:

    with Neo4jServer() as server:
        driver = GraphDatabase.driver(server.url, auth=server.auth)

It needs a JDK (17 or newer for 5.26, 21 or newer for 2025 and later) and, at the first use of a version, Maven.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Self

import neo4j_jars
from neo4j_jars import DEFAULT_VERSION, WORKSHOP, StartError, UnavailableError

OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
# A test server runs for minutes: the quick compiler alone halves its start-up time and its memory.
QUICK_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
SETTINGS = {
    "server.default_listen_address": "127.0.0.1",
    "server.directories.import": "import",
    "db.tx_log.preallocate": "false",
    "db.lock.acquisition.timeout": "10s",
    "db.transaction.timeout": "60s",
    # Tests wipe and fill the store again and again; new plans each time took half of the server's time.
    "dbms.cypher.min_replan_interval": "1h",
    "dbms.usage_report.enabled": "false",
    "client.allow_telemetry": "false",
}
# Both lines wait several seconds for silence on Bolt before they stop, under two names.
SETTINGS_5 = {"internal.dbms.bolt.netty_server_shutdown_quiet_period": "0"}
SETTINGS_NEWER = {
    "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",
    "server.fleet_discovery.enabled": "false",
    "server.http.x_forward.enabled": "false",
}


class Neo4jServer:
    """One server on 127.0.0.1, in a home of its own; a context manager that starts and stops it.

    Ports are chosen once and stay, so a server that was killed comes back at the same address with the same data.
    Without `home` the data is removed at the end; without `password` there is no authentication. `quick` trades
    speed in the long run for a fast start. `settings` are lines of neo4j.conf and override the defaults here.
    """

    def __init__(
        self,
        version: str | None = None,
        *,
        home: Path | None = None,
        bolt_port: int = 0,
        http_port: int = 0,
        password: str | None = None,
        browser: bool = False,
        heap: str = "512m",
        page_cache: str = "64m",
        quick: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.version = version or os.environ.get("LINEAGE_TEST_NEO4J_VERSION") or DEFAULT_VERSION
        self.java = neo4j_jars.find_jdk(self.version)
        wanted = [(neo4j_jars.SERVER, self.version), *([neo4j_jars.BROWSER] if browser else [])]
        self.class_path = ":".join(f"{neo4j_jars.jars(*each)}/*" for each in wanted)
        self.bolt_port, self.http_port = free_ports(bolt_port, http_port)
        self.url = f"neo4j://127.0.0.1:{self.bolt_port}"
        self.bolt_url = f"bolt://127.0.0.1:{self.bolt_port}"
        self.http_url = f"http://127.0.0.1:{self.http_port}"
        self.auth = ("neo4j", password) if password else None
        self.memory = (f"-Xmx{heap}", *(QUICK_JVM if quick else ()))
        self.settings = self._settings(page_cache) | dict(settings or {})
        self.process: subprocess.Popen[bytes] | None = None
        self.is_permanent = home is not None
        self.home = (home or Path(tempfile.mkdtemp(prefix="neo4j-"))).resolve()

    def _settings(self, page_cache: str) -> dict[str, str]:
        addresses = {"bolt": f"127.0.0.1:{self.bolt_port}", "http": f"127.0.0.1:{self.http_port}"}
        # The advertised address is what routing and the discovery page answer; its default is the default port.
        sockets = {f"server.{n}.{k}_address": at for n, at in addresses.items() for k in ("listen", "advertised")}
        line = SETTINGS_5 if self.version.startswith("5.") else SETTINGS_NEWER
        security = {"dbms.security.auth_enabled": "true" if self.auth else "false"}
        return SETTINGS | sockets | line | security | {"server.memory.pagecache.size": page_cache}

    def _command(self, main: str, *arguments: str) -> list[str]:
        opens = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in OPENED]
        # From 24 on Java warns of this once a process, in a log that is to hold no warning.
        unsafe = ["--sun-misc-unsafe-memory-access=allow"] if neo4j_jars.java_release(self.java) >= 24 else []
        flags = [*opens, *unsafe, "--enable-native-access=ALL-UNNAMED", "-Dfile.encoding=UTF-8"]
        # Its own folder for what is unpacked: a killed server leaves nothing behind elsewhere.
        flags += [f"-Djava.io.tmpdir={self.home / 'tmp'}", "-XX:+ExitOnOutOfMemoryError"]
        java = [str(self.java / "bin/java"), *flags, *self.memory]
        return [*java, "-cp", self.class_path, main, *arguments]

    def _prepare(self) -> None:
        for name in ("conf", "logs", "import", "tmp"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{name}={value}\n" for name, value in self.settings.items())
        (self.home / "conf/neo4j.conf").write_text(lines, "utf-8")
        # Only before the first start: later the command has no effect and still reports success.
        if self.auth and not (self.home / "data/databases").exists():
            command = self._command("org.neo4j.cli.AdminTool", "dbms", "set-initial-password", self.auth[1])
            places = {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
            done = subprocess.run(command, env=os.environ | places, capture_output=True, text=True, check=False)
            if done.returncode:
                raise StartError(f"the first password was refused:\n{(done.stdout + done.stderr)[-1000:]}")

    def start(self, timeout: float = 180) -> Self:
        """Start it and return once `RETURN 1` is answered by database neo4j; also after `stop` and `kill`."""
        if self.process is not None and self.process.poll() is None:
            raise StartError("it is running already")
        self._prepare()
        main = "CommunityEntryPoint" if self.version.startswith("5.") else "Neo4jCommunity"
        places = (f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}", "--console-mode")
        with open(self.log, "wb") as log:
            # A session of its own: Ctrl-C ends the command first, and then we stop the server.
            self.process = subprocess.Popen(
                self._command(f"org.neo4j.server.{main}", *places),
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            self._wait(self.process, time.monotonic() + timeout)
        except BaseException:
            self.kill()
            raise
        return self

    def _wait(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        while process.poll() is None and time.monotonic() < deadline:
            if b" Started." in self.log.read_bytes() and self._shakes_hands() and self._answers():
                return
            time.sleep(0.1)
        lines = self.log.read_text("utf-8", "replace").splitlines()
        output = "\n".join(line for line in lines if not line.startswith("\tat "))
        raise StartError(f"Neo4j {self.version} did not start (exit code {process.poll()}):\n{output[-3000:]}")

    def _shakes_hands(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.bolt_port), 5) as bolt:
            bolt.sendall(bytes.fromhex("6060b017 00080805 00000404 00000000 00000000"))  # Bolt 5.8 to 5.0, or 4.4
            return len(bolt.recv(4)) == 4
        return False

    def _answers(self) -> bool:
        """Return whether the database answers; an open Bolt port alone does not show that."""
        body = json.dumps({"statements": [{"statement": "RETURN 1"}]}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.auth:
            headers["Authorization"] = "Basic " + base64.b64encode(":".join(self.auth).encode()).decode()
        request = urllib.request.Request(f"{self.http_url}/db/neo4j/tx/commit", body, headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with contextlib.suppress(OSError, ValueError), direct.open(request, timeout=30) as response:
            return bool(json.load(response)["errors"] == [])
        return False

    @property
    def log(self) -> Path:
        """The file with the server's output."""
        return self.home / "logs/console.log"

    def stop(self, timeout: float = 60) -> int:
        """Stop the server process in an orderly way, with a checkpoint, and return its exit code."""
        if self.process is None:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL); `start` then recovers the store."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self._forget()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop it, if it runs, and remove its data, unless its home was given."""
        try:
            self.stop()
        finally:
            self._forget()

    def _forget(self) -> None:
        if not self.is_permanent:
            shutil.rmtree(self.home, ignore_errors=True)


def free_ports(*wanted: int) -> list[int]:
    """Return these ports, each 0 replaced by one that is free now; raises `StartError` for one that is taken."""
    with contextlib.ExitStack() as held:
        found = []
        for port in wanted:
            try:
                listener = held.enter_context(socket.create_server(("127.0.0.1", port)))
            except OSError as error:
                raise StartError(f"port {port} of 127.0.0.1 is taken: {error.strerror}") from error
            found.append(int(listener.getsockname()[1]))
        return found


def run(options: argparse.Namespace) -> int:
    """Run a command with servers for its time; its exit code is ours, and nothing is printed after it."""
    if os.environ.get("LINEAGE_TEST_NEO4J"):
        return subprocess.run(options.command, check=False).returncode
    try:
        servers = [
            Neo4jServer(options.version, heap=options.heap, quick=not options.steady) for _ in range(options.servers)
        ]
    except UnavailableError as error:
        return run_without(options.command, f"Neo4j {options.version} cannot be started: {error}")
    with contextlib.ExitStack() as running, ThreadPoolExecutor(len(servers)) as starting:
        for server in servers:
            running.callback(server.close)
        for started in [starting.submit(server.start) for server in servers]:
            started.result()
        urls = ",".join(server.url for server in servers)
        given = {
            "LINEAGE_TEST_NEO4J": urls,
            "LINEAGE_TEST_NEO4J_HTTP": ",".join(server.http_url for server in servers),
            "LINEAGE_TEST_NEO4J_VERSION": servers[0].version,
        }
        print(
            f"Neo4j {servers[0].version} on {urls}, {servers[0].java}",
            file=sys.stderr,
            flush=True,
        )
        child = subprocess.Popen(options.command, env=os.environ | given)
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise


def run_without(command: Sequence[str], why: str) -> int:
    help_ = (
        "Install a JDK and Maven, or name a server whose data may be wiped, for instance:\n"
        "  docker run --rm -d -p 7687:7687 -e NEO4J_AUTH=none neo4j:5.26-community\n"
        "  LINEAGE_TEST_NEO4J=neo4j://localhost:7687 make test"
    )
    frame = "!" * 100
    block = f"{frame}\nNO TEST THAT NEEDS NEO4J RUNS.\n{why}\n{help_}\n{frame}"
    print(block, file=sys.stderr, flush=True)
    if os.environ.get("CI") or os.environ.get("LINEAGE_REQUIRE_NEO4J"):
        return 1
    code = subprocess.run(command, check=False).returncode
    print(block, file=sys.stderr, flush=True)
    return code


def serve(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    settings = dict(line.split("=", 1) for line in options.set)
    server = Neo4jServer(
        options.version, home=options.home, bolt_port=options.bolt_port, http_port=options.http_port,
        password=options.password, browser=options.browser, heap=options.heap, page_cache="256m", quick=False,
        settings=settings,
    )  # fmt: skip
    with server:
        assert server.process is not None
        print(f"Neo4j {server.version}, data in {server.home}")
        print(f"  Bolt     {server.url}   (LINEAGE_STORE={server.url})")
        print(f"  HTTP     {server.http_url}")
        if options.browser:
            print(f"  Browser  {server.http_url}/browser/?dbms={server.bolt_url}&preselectAuthMethod=NO_AUTH")
        print("Ctrl-C stops it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            return server.process.wait()
    return 0


def parser() -> argparse.ArgumentParser:
    main = argparse.ArgumentParser(description="Start a real Neo4j from Maven's jars.")
    commands = main.add_subparsers(required=True)
    for action in (run, serve):
        command = commands.add_parser(action.__name__, help=action.__doc__)
        command.set_defaults(action=action)
        command.add_argument("--version", default=DEFAULT_VERSION)
        command.add_argument("--heap", default="512m" if action is run else "1g")
        if action is run:
            command.add_argument("--servers", type=int, default=1, help="how many; each costs about 1 GB of memory")
            command.add_argument("--steady", action="store_true", help="the full compiler: for measurements")
            command.add_argument("command", nargs="+", help="after --")
        if action is serve:
            command.add_argument(
                "--home", type=Path, default=WORKSHOP / "home", help="folder of the data, used again later"
            )
            command.add_argument("--bolt-port", type=int, default=7687, help="0: any that is free")
            command.add_argument("--http-port", type=int, default=7474, help="0: any that is free")
            command.add_argument("--password", help="of user neo4j; without it there is no authentication")
            command.add_argument("--browser", action="store_true", help="serve Neo4j Browser at /browser/")
            command.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="of neo4j.conf")
    return main


def end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)  # so that the server is stopped on the way out


def main() -> int:
    signal.signal(signal.SIGTERM, end)
    options = parser().parse_args()
    try:
        return int(options.action(options))
    except (UnavailableError, StartError, OSError) as error:
        print(f"neo4j_server: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
