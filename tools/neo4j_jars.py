"""The jars and the JDK for a Neo4j server: Maven fetches the jars once, and a lock file pins them.

python tools/neo4j_jars.py 5.26.31      pin the jars of a version as Maven brings them now
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
WORKSHOP = TOOLS.parent / ".neo4j"
DEFAULT_VERSION = "5.26.31"
SERVER = "org.neo4j:neo4j"
BROWSER = ("org.neo4j.client:neo4j-browser", "5.24.0")
# Pinned: without a version Maven picks whatever its own release happens to name.
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>battery-lineage</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>
  </dependency></dependencies>
</project>
"""


class UnavailableError(RuntimeError):
    """This machine lacks a program that a server needs; the message names what to install."""


class StartError(RuntimeError):
    """The server did not start, although everything that it needs is installed."""


def jar_cache() -> Path:
    """Return the folder that holds one folder of jars for each version."""
    return Path(os.environ.get("NEO4J_JARS") or WORKSHOP / "jars").resolve()


def lock_file(artifact: str, version: str) -> Path:
    """Return where the digests of these jars are pinned, in the format of sha256sum."""
    return TOOLS / f"{artifact.partition(':')[2]}-{version}.sha256"


def digests(folder: Path) -> str:
    """Return one line of digest and name for each jar, in the order of the names."""
    jars = sorted(folder.glob("*.jar"))
    return "".join(f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}\n" for jar in jars)


@functools.cache
def jars(artifact: str, version: str) -> Path:
    """Return the folder with these jars; Maven fetches them at the first use, a lock file pins what it brings.

    Raises `UnavailableError` without Maven or network, `StartError` when a jar is not the pinned one.
    """
    folder = fetched(artifact, version)
    lock = lock_file(artifact, version)
    if lock.is_file() and (found := digests(folder)) != (pinned := lock.read_text("utf-8")):
        names = {line.split()[-1] for line in set(found.splitlines()) ^ set(pinned.splitlines())}
        raise StartError(f"{folder} does not hold what {lock.name} pins: {', '.join(sorted(names)[:5])}; remove it")
    return folder


def fetched(artifact: str, version: str) -> Path:
    folder = jar_cache() / f"{artifact.partition(':')[2]}-{version}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / f"{folder.name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs may come here together
        if not folder.is_dir():
            # Renamed when complete, so that an interrupted download is never taken for a cache.
            with tempfile.TemporaryDirectory(dir=folder.parent) as half:
                download(artifact, version, Path(half))
                Path(half, "jars").rename(folder)
    return folder


def download(artifact: str, version: str, into: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise UnavailableError("Maven is missing: `mvn` is not on the PATH (Debian, Ubuntu: apt install maven)")
    group, _, name = artifact.partition(":")
    (into / "pom.xml").write_text(POM.format(group=group, artifact=name, version=version), "utf-8")
    command = [maven, "-q", "-B", COPY_GOAL, "-DincludeScope=runtime", f"-DoutputDirectory={into}/jars"]
    print(f"Maven fetches {artifact}:{version} into {jar_cache()} ...", file=sys.stderr, flush=True)
    environment = {**os.environ, "JAVA_HOME": str(find_jdk(version))}
    done = subprocess.run(command, cwd=into, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnavailableError(f"Maven could not fetch {artifact}:{version}:\n{(done.stdout + done.stderr)[-2000:]}")


def java_release(home: Path) -> int:
    """Return the feature number (17, 21 ...) of the JDK in this folder, 0 when there is none."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if os.access(home / "bin/java", os.X_OK):
            found = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text("utf-8"), re.MULTILINE)
            return int(found[1]) if found else 0
    return 0


def installed_jdks() -> Iterator[Path]:
    """Yield the folders where a JDK may be, the one that the user chose first."""
    if chosen := os.environ.get("JAVA_HOME"):
        yield Path(chosen)
    if java := shutil.which("java"):
        yield Path(java).resolve().parent.parent
    yield from sorted(Path("/usr/lib/jvm").glob("*"))
    yield from sorted(Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"))


def find_jdk(version: str) -> Path:
    """Return a JDK for this version of Neo4j: a supported one where there is one, else any that is new enough."""
    supported = (17, 21) if version.startswith("5.") else (21, 25)
    found = [(home, java_release(home)) for home in installed_jdks()]
    enough = [(home, release) for home, release in found if release >= supported[0]]
    if not enough:
        seen = ", ".join(sorted({str(release) for _, release in found if release})) or "none"
        raise UnavailableError(
            f"Neo4j {version} needs a JDK {supported[0]} or newer; found: {seen}. "
            "Looked at JAVA_HOME, `java` on the PATH and /usr/lib/jvm"
        )
    return min(enough, key=lambda each: each[1] not in supported)[0]


def main() -> None:
    for artifact, version in ((SERVER, (sys.argv[1:] or [DEFAULT_VERSION])[0]), BROWSER):
        lock = lock_file(artifact, version)
        lock.write_text(digests(fetched(artifact, version)), "utf-8")
        print(f"wrote {lock.name}")


if __name__ == "__main__":
    main()
