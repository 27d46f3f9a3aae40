"""Small histories with answers worked out by hand from the contract, by the question that they answer."""

from tests.answer_cases import corrections, custody, holdings, lineage, paths
from tests.answer_cases.case import Case

CASES = tuple(case for module in (lineage, paths, custody, holdings, corrections) for case in module.TABLE.cases)

__all__ = ["CASES", "Case"]
