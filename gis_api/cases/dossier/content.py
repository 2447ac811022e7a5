"""What the file of a case holds, in the order of print.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from gis_api.cases.documents import read_templates
from gis_api.cases.masking import mask_name
from gis_api.cases.procedures import read_procedures
from gis_api.cases.workflow import read_workflow

Row = Mapping[str, Any]
# 调解示意，不作登记依据: said on every sheet of a case about land.
NOTE = "调解示意，不作登记依据 / for mediation only, no ground of registration"
SYNTHETIC = "合成数据 / synthetic data"
BLANK = "（保存期满，已清除）"
# Papers that come before the agreement, and those that come after it.
BEFORE = ("application", "inquiry_record", "survey_record", "eligibility_record",
          "mediation_record")  # fmt: skip
AFTER = ("follow_up_record",)
SIDES = {
    "reporter": "来访人", "respondent": "被反映人", "party": "当事人", "representative": "代表人",
}  # fmt: skip
FORMS = {"written": "书面协议", "oral": "口头协议（已记录）"}
ACTS = {
    "registered": "登记",
    "rerouted": "重新派单",
    "attached": "添加附件",
    "handed_over": "岗位交接",
    "personal_blanked": "个人信息清除",
    "moved_with_grid": "随网格调整转移",
    "closed": "办结",
    "personal_corrected": "应本人申请更正个人信息",
    "personal_erased": "应本人申请删除个人信息",
    "party_added": "增加当事人",
    "collective": "登记集体事项",
    "amount": "登记金额",
    "land_strip": "登记争议条带",
    "land_line": "提出界线方案",
    "land_survey": "指界记录",
    "land_agreed": "界线达成协议（未登记）",
    "land_withdrawn": "争议条带撤销",
    "amount_void": "作废金额",
    "linked": "并入或关联到另一事项",
    "joined": "另一事项并入或关联到本事项",
    "unlinked": "解除关联",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A paper: its heading, its labelled lines, and who signs."""

    heading: str
    lines: tuple[tuple[str, str], ...]
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything of a case file, as text."""

    title: str
    code: str
    labels: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    timeline: tuple[tuple[str, str, str], ...] = field(default=())

    def to_plain(self) -> dict[str, Any]:
        """The same as lists and text, for a template."""
        return asdict(self)


def make_dossier(
    case: Row, papers: Mapping[str, Sequence[Row]], *, kind_zh: str, place_zh: str, synthetic: bool
) -> Dossier:
    """The file of a case: cover, papers before, agreement, performance, papers after, course.

    Names of parties are masked: whoever signs writes the own name.
    """
    workflow = read_workflow()
    documents = list(papers["documents"])
    early = [_paper(row) for kind in BEFORE for row in documents if row["kind"] == kind]
    late = [_paper(row) for kind in AFTER for row in documents if row["kind"] == kind]
    others = [_paper(row) for row in documents if row["kind"] not in (*BEFORE, *AFTER)]
    outcome = case["outcome"]
    facts = (
        ("编号", case["code"]),
        ("类型", kind_zh),
        ("地点", f"{case['cell_name'] or ''} {case['cell_code'] or ''}".strip() or "网格以外"),
        ("发生日期", str(case["happened_on"])),
        ("登记", f"{case['registered_at']:%Y-%m-%d}"),
        ("状态", workflow.states[case["state"]].name_zh),
        ("结果", "" if outcome is None else workflow.outcomes[outcome].name_zh),
        ("办结", "" if case["closed_on"] is None else str(case["closed_on"])),
        ("化解确认", "" if case["settled_on"] is None else str(case["settled_on"])),
        ("当事人", "；".join(_party(row) for row in case["parties"])),
        ("事由", case["body"] or BLANK),
    )
    return Dossier(
        title=f"{place_zh} 矛盾纠纷调解卷宗",
        code=case["code"],
        labels=(NOTE, SYNTHETIC) if synthetic else (NOTE,),
        facts=facts,
        sections=(*early, *_agreements(papers), *late, *others, *_procedures(papers)),
        timeline=_timeline(case, papers),
    )


def _party(row: Row) -> str:
    return f"{SIDES.get(row['side'], row['side'])} {mask_name(row['name']) or '（未留名）'}"


def _paper(row: Row) -> Section:
    template = read_templates()[row["kind"]]
    blanked = row["blanked_at"] is not None
    lines = [
        (labels[0], BLANK if blanked else str(row["fields"].get(name, "")))
        for name, labels in template.fields.items()
    ]
    lines.append(("日期", str(row["issued_on"])))
    if template.answered:
        answered = f"{row['answered_on']} {row['answer'] or ''}" if row["answered_on"] else "未答复"
        lines += [("要求答复", str(row["due_on"] or "")), ("答复", answered)]
    return Section(f"{template.name_zh}（第 {row['number']} 号）", tuple(lines), ("签字", "日期"))


def _agreements(papers: Mapping[str, Sequence[Row]]) -> list[Section]:
    sections = []
    for row in papers["agreements"]:
        promised = [
            f"{one['due_on']} 前：{one['what'] or BLANK}"
            + (f"，{one['amount_yuan']} 元" if one["amount_yuan"] is not None else "")
            + (f"（{one['done_on']} 已履行）" if one["done_on"] else "（未履行）")
            for one in papers["performances"]
            if one["case_agreement_id"] == row["case_agreement_id"]
        ]
        replaced = () if row["replaced_on"] is None else (("已被替代", str(row["replaced_on"])),)
        lines = (
            ("形式", FORMS[row["form"]]),
            ("达成日期", str(row["agreed_on"])),
            ("生效日期", str(row["effective_on"])),
            ("内容", row["terms"] or BLANK),
            ("履行", "\n".join(promised) or "无"),
            *replaced,
        )
        signers = ("当事人签字", "当事人签字", "调解员签字", "记录人签字", "日期")
        sections.append(Section("调解协议", lines, signers))
    return sections


def _procedures(papers: Mapping[str, Sequence[Row]]) -> list[Section]:
    names = read_procedures()
    lines = tuple(
        (
            names[row["procedure"]].name_zh,
            f"{row['begun_on']} 启动，{row['stage']}，"
            + (f"{row['ended_on']} {row['result']}" if row["ended_on"] else "进行中"),
        )
        for row in papers["procedures"]
    )
    return [Section("法定程序", lines)] if lines else []


def _timeline(case: Row, papers: Mapping[str, Sequence[Row]]) -> tuple[tuple[str, str, str], ...]:
    words = {row["seq"]: row["body"] or BLANK for row in papers["notes"]}
    return tuple(
        (
            str(entry["detail"].get("on") or f"{entry['at']:%Y-%m-%d}"),
            _act(entry["act"]),
            words.get(entry["seq"], ""),
        )
        for entry in case["history"]
    )


def _act(act: str) -> str:
    step = read_workflow().steps.get(act)
    return ACTS.get(act, act) if step is None else step.name_zh
