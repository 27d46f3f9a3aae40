"""Properties and load of the machine of a run."""

from __future__ import annotations

import os
import platform
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Facts = dict[str, Any]


def machine() -> Facts:
    """Return cores, memory and versions, without anything that identifies the machine."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "processor": _processor(),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "nice": os.nice(0),
    }


def load() -> Facts:
    """Return the load average of the last minute, and the time."""
    return {"at": datetime.now(UTC).isoformat(timespec="seconds"), "load": round(os.getloadavg()[0], 2)}


def resident_kib(pid: int | str = "self") -> int:
    """Return the resident memory of a process in KiB; 0 where the system does not report it."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(lines.get("VmRSS", "0 kB").split()[0])


def _processor() -> str:
    found = Path("/proc/cpuinfo")
    names = (
        [x.split(":", 1)[1].strip() for x in found.read_text().splitlines() if x.startswith("model name")]
        if found.exists()
        else []
    )
    return names[0] if names else platform.machine()
