"""Every question of the contract, by name: routes, commands and the OpenAPI document are made from these."""

from __future__ import annotations

from typing import Any, Final

from lineage.operations.operation import Operation
from lineage.operations.questions import compliance, custody, findings, items, journal, lineage

OPERATIONS: Final[tuple[Operation[Any], ...]] = tuple(
    found
    for module in (journal, lineage, custody, compliance, items, findings)
    for found in vars(module).values()
    if isinstance(found, Operation)
)
"""Every declaration in these modules, in the order in which they stand there."""

BY_NAME: Final = {operation.name: operation for operation in OPERATIONS}
