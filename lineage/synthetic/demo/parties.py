"""The invented enterprises of the demonstration: their roles, permits and product codes.

Roles are those of the trade (battery maker, vehicle maker, seller, ...). Private owners are opaque tokens that the
scenario makes; nothing about a person is ever stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from lineage.synthetic.identifiers import NO_REGION, credit_code

PLATFORM = credit_code("91", "DEMA0001")
REGISTRY = credit_code("11", "DEMA0002")
XINGHE = credit_code("91", "DEMA0003")
LANDIAN = credit_code("91", "DEMA0004")
YUNFAN = credit_code("91", "DEMA0005")
QINGSHAN = credit_code("91", "DEMA0006")
YUANDAO = credit_code("91", "DEMA0007")
QIAOSHOU = credit_code("91", "DEMA0008")
KUAIYU = credit_code("91", "DEMA0009")
GUIYUAN = credit_code("91", "DEMA0010")
ZAIQI = credit_code("91", "DEMA0011")
XUNLI = credit_code("91", "DEMA0012")
NUANYANG = credit_code("91", "DEMA0013")


@dataclass(frozen=True)
class PartyPermit:
    """A permit of an enterprise; `valid_from` and `valid_until` are dates."""

    kind: str
    number: str
    valid_from: str
    valid_until: str
    capacity_kg_per_year: int


@dataclass(frozen=True)
class Enterprise:
    """An invented enterprise as the platform enrols it."""

    id: str
    name: str
    roles: tuple[str, ...]
    permits: tuple[PartyPermit, ...] = ()

    def document(self) -> dict[str, object]:
        """Return the `party` of an `enrolled` event."""
        document: dict[str, object] = {"id": self.id, "name": self.name, "roles": [*self.roles], "region": NO_REGION}
        if self.permits:
            document["permits"] = [vars(permit) for permit in self.permits]
        return document


DISMANTLING = PartyPermit("dismantling", "DEMO-CQ-0001", "2019-01-01", "2028-12-31", 4_000_000)
UTILISATION = PartyPermit("comprehensive_utilisation", "DEMO-ZL-0002", "2019-01-01", "2025-12-31", 2_500_000)
RENEWED = PartyPermit("comprehensive_utilisation", "DEMO-ZL-0009", "2026-01-01", "2030-12-31", 6_000_000)

ENTERPRISES = (
    Enterprise(PLATFORM, "示例溯源平台 Example Traceability Platform (demo)", ("PLATFORM_OP",)),
    Enterprise(REGISTRY, "示例车管所 Example Vehicle Registry (demo)", ("AUTHORITY",)),
    Enterprise(XINGHE, "星河电池 Xinghe Battery (demo)", ("BATTERY_MAKER",)),
    Enterprise(LANDIAN, "澜电新能 Landian Cells (demo)", ("BATTERY_MAKER",)),
    Enterprise(YUNFAN, "云帆汽车 Yunfan Auto (demo)", ("VEHICLE_MAKER",)),
    Enterprise(QINGSHAN, "青杉汽车 Qingshan Motors (demo)", ("VEHICLE_MAKER",)),
    Enterprise(YUANDAO, "远道车行 Yuandao Car Dealer (demo)", ("SELLER",)),
    Enterprise(QIAOSHOU, "巧手汽修 Qiaoshou Repair (demo)", ("REPAIRER", "OUTLET")),
    Enterprise(KUAIYU, "快羽换电 Kuaiyu Swap (demo)", ("SWAP_OPERATOR", "LESSOR")),
    Enterprise(GUIYUAN, "归源拆解 Guiyuan Dismantling (demo)", ("DISMANTLER",), (DISMANTLING,)),
    Enterprise(ZAIQI, "再启储能 Zaiqi Second Life (demo)", ("ECHELON",)),
    Enterprise(XUNLI, "循锂再生 Xunli Recycling (demo)", ("RECYCLER",), (UTILISATION,)),
    Enterprise(NUANYANG, "暖阳园区 Nuanyang Energy Park (demo)", ("OWNER",)),
)

RENEWAL = Enterprise(XUNLI, "循锂再生 Xunli Recycling (demo)", ("RECYCLER",), (RENEWED,))

MAKER_CODES = {XINGHE: "9XH", LANDIAN: "9LD", ZAIQI: "9ZC"}
"""Positions 1 to 3 of a battery code (GB/T 34014-2017)."""

CAR_CODES = {YUNFAN: ("LX9", "DEMA1"), QINGSHAN: ("LW9", "DEMA2")}
"""Maker and descriptor of a VIN, positions 1 to 8 (GB 16735)."""

CAR_MODELS = {YUNFAN: "Yunfan City", QINGSHAN: "Qingshan Town"}
