"""The messages of findings for people, in English and Chinese: one sentence a rule."""

from __future__ import annotations

from typing import Final

from lineage.domain.findings.model import Finding
from lineage.domain.instants import CHINA, format_local

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "duplicate_identity": (
        "{item} was brought into being {count} times by reports that do not agree: two things bear one code.",
        "{item} 被互不一致的报告登记产生了 {count} 次：两件实物使用同一编码。",
    ),
    "simultaneous_installation": (
        "{item} is in {count} wholes at once from {since}: {others}.",
        "{item} 自 {since} 起同时装在 {count} 个上级之中：{others}。",
    ),
    "removal_without_installation": (
        "{item} was taken out of {whole} on {since}, and nobody ever put it in.",
        "{item} 于 {since} 从 {whole} 拆出，但从无装入记录。",
    ),
    "moved_while_installed": (
        "{item} was handed over on {since} while it was in {whole}.",
        "{item} 于 {since} 移交，而当时仍装在 {whole} 之中。",
    ),
    "dead_item_active": (
        "{item} ended on {since} ({reason}), and is reported alive after that.",
        "{item} 已于 {since} 终结（{reason}），此后仍有活动报告。",
    ),
    "consumed_twice": (
        "{item} was used up {count} times, first on {since}.",
        "{item} 被消耗了 {count} 次，首次在 {since}。",
    ),
    "broken_handover": (
        "{giver} gave {item} to {taker} on {since}, but {holder} had it.",
        "{giver} 于 {since} 将 {item} 交给 {taker}，但当时的持有者是 {holder}。",
    ),
    "unacknowledged_handover": (
        "{giver} gave {item} to {taker} on {since}, and {taker} never acknowledged it.",
        "{giver} 于 {since} 将 {item} 交给 {taker}，{taker} 从未确认接收。",
    ),
    "unreported_handover": (
        "{taker} received {item} from {giver} on {since}, and {giver} never reported giving it.",
        "{taker} 于 {since} 从 {giver} 接收 {item}，{giver} 从未报告移交。",
    ),
    "custody_gap": (
        "Nobody is known to have held {item} from {since} to {until}.",
        "自 {since} 至 {until}，无人被报告持有 {item}。",
    ),
    "child_after_parent.code": (
        "{count} parts of {item} bear a later day in their codes than it does, {part} among them.",
        "{item} 有 {count} 个部件的编码日期晚于其本身，其中包括 {part}。",
    ),
    "child_after_parent.made": (
        "{item} was put into {whole} on {since}, before it was made on {until}.",
        "{item} 于 {since} 装入 {whole}，早于其生产时间 {until}。",
    ),
    "self_containment": (
        "{item} is inside itself from {since}, by way of {others}.",
        "{item} 自 {since} 起经由 {others} 装在自身之中。",
    ),
    "scrapped_without_pack": (
        "{item} was scrapped on {since} with {count} packs in it that nobody has taken out.",
        "{item} 于 {since} 报废，其中 {count} 个电池包无人拆出。",
    ),
    "mass_imbalance.output": (
        "{out} kg came out of {into} kg: {item} and what was made with it outweigh what went in.",
        "投入 {into} kg，产出 {out} kg：{item} 等产出物重于投入物。",
    ),
    "mass_imbalance.lot": (
        "{drawn} kg were drawn from {item}, which held {held} kg.",
        "{item} 仅有 {held} kg，却被领用 {drawn} kg。",
    ),
    "twin_code": (
        "{item} and {others} differ only by O for 0 or I for 1: one of them was misread.",
        "{item} 与 {others} 仅有 O/0 或 I/1 之差：其中之一系误读。",
    ),
    "code_mismatch.type": (
        "The code of {item} says {code}, its report {declared}.",
        "{item} 的编码表示类型 {code}，报告为 {declared}。",
    ),
    "code_mismatch.chemistry": (
        "The code of {item} bears the battery type {code}, its report says {declared}.",
        "{item} 的编码电池类型为 {code}，报告为 {declared}。",
    ),
    "code_mismatch.date": (
        "The code of {item} says it was made on {code}, its report says {declared}.",
        "{item} 的编码生产日期为 {code}，报告为 {declared}。",
    ),
    "unknown_party": (
        "{party} is named in what is told of {item}, and nobody ever enrolled it.",
        "{item} 的报告提到 {party}，但从无其登记。",
    ),
    "second_life_without_parents": (
        "{item} is a second-life unit, and nothing is told of what it was made from.",
        "{item} 为梯次利用产品，但没有其来源的任何报告。",
    ),
    "impossible_travel": (
        "{item} was in {one} on {since} and in {other} on {until}: nothing travels so fast.",
        "{item} 于 {since} 在 {one}，于 {until} 在 {other}：不可能如此之快。",
    ),
    "seen_elsewhere.in_another": (
        "{item} was seen in {whole} on {since}, while the reports have it in another.",
        "{item} 于 {since} 被发现在 {whole} 之中，而报告显示它在别处。",
    ),
    "seen_elsewhere.in_none": (
        "{item} was seen in {whole} on {since}, and no report ever put it there.",
        "{item} 于 {since} 被发现在 {whole} 之中，但没有装入的报告。",
    ),
    "late_report": (
        "The report of {what} of {item} came {days} days after {due}, by which it was due ({rule}).",
        "{item} 的 {what} 报告应于 {due} 前提交（{rule}），迟到 {days} 天。",
    ),
    "missing_report": (
        "The report of {what} of {item} was due on {due} ({rule}) and never came.",
        "{item} 的 {what} 报告应于 {due} 前提交（{rule}），从未收到。",
    ),
    "unqualified_receiver": (
        "{giver} gave {item} to {taker} on {since}, who may not take it: {why}",
        "{giver} 于 {since} 将 {item} 交给 {taker}，后者无权接收（{rule}）。",
    ),
    "dangling_correction": (
        "A correction withdraws {target}, which has not arrived.",
        "有更正撤回 {target}，而该报告尚未到达。",
    ),
    "contradictory_correction": (
        "{count} corrections withdraw {target}, and only the last of them is followed.",
        "{count} 个更正撤回同一报告 {target}，仅最后一个有效。",
    ),
    "correction_cycle": (
        "{count} corrections withdraw each other in a circle: none has an effect.",
        "{count} 个更正互相撤回成环：均无效力。",
    ),
    "foreign_correction": (
        "{corrector} corrected what {reporter} had reported.",
        "{corrector} 更正了 {reporter} 的报告。",
    ),
}


def sentence(finding: Finding) -> dict[str, str]:
    """Return the sentence of a finding in English (`en`) and Chinese (`zh`); times at UTC+08:00."""
    values = dict(finding.details)
    values["item"] = finding.items[0] if finding.items else ""
    values["others"] = ", ".join(finding.items[1:])
    values["since"] = format_local(finding.since, CHINA)
    values["until"] = format_local(finding.until, CHINA)
    english, chinese = SENTENCES[finding.rule]
    return {
        "en": english.format_map({**values, "until": values["until"] or "now"}),
        "zh": chinese.format_map({**values, "until": values["until"] or "今"}),
    }
