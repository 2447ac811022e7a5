"""docs/workflow.md, made from the declared tables: ``python -m gis_api.cases.workflow_docs``."""

from __future__ import annotations

from collections.abc import Iterator

from gis_api.cases.documents import read_templates
from gis_api.cases.lawful import read_lawful
from gis_api.cases.procedures import read_procedures
from gis_api.cases.workflow import Step, read_workflow

_RELATIONS = {
    "anyone": "任何一人 / anyone",
    "receiver": "签收人 / asked to sign",
    "handler": "经办人或指挥者 / handler or director",
    "not_handler": "经办人以外的人 / not the handler",
    "officer": "本案经办、待签收的人 / officer of the case",
}
_HEAD = """# 事项流程 / Life of a case

Made from `gis_api/cases/workflow.toml`, `lawful.toml`, `procedures.toml` and `documents.toml`;
change those, not this page. A step that does not stand here cannot be taken.
`GET /api/cases/{code}/steps` lists what the asker may do now.
"""


def render_workflow() -> str:
    """The whole page."""
    return "\n".join([*_lines(), ""])


def _lines() -> Iterator[str]:
    yield _HEAD
    yield from _diagram()
    yield from _states()
    yield from _steps()
    yield from _lawful()
    yield from _procedures()
    yield from _documents()


def _diagram() -> Iterator[str]:
    workflow = read_workflow()
    yield "```mermaid"
    yield "stateDiagram-v2"
    for term in workflow.states.values():
        yield f"  {term.slug}: {term.name_zh} {term.slug}"
    yield "  [*] --> registered"
    labels: dict[tuple[str, str], list[str]] = {}
    for step in workflow.steps.values():
        for state, to in step.to.items():
            if state != to:
                labels.setdefault((state, to), []).append(step.name_zh)
    for (state, to), names in labels.items():
        yield f"  {state} --> {to}: {'、'.join(names)}"
    yield "  archived --> [*]"
    yield "```"
    yield ""


def _states() -> Iterator[str]:
    workflow = read_workflow()
    yield "## 状态、叠加标记、结果 / States, overlays, outcomes\n"
    yield "| | 代码 | 中文 | English |"
    yield "|---|---|---|---|"
    for part, terms in (
        ("state", workflow.states),
        ("overlay", workflow.overlays),
        ("outcome", workflow.outcomes),
    ):
        for term in terms.values():
            kind = part
            if part == "state":
                kind = "state, open" if term.slug in workflow.open_states else "state, ended"
            yield f"| {kind} | `{term.slug}` | {term.name_zh} | {term.name_en} |"
    yield ""


def _steps() -> Iterator[str]:
    yield "## 步骤 / Steps\n"
    yield "| 步骤 | step | from | to | roles | who | needs | may give | overlays | counts |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for step in read_workflow().steps.values():
        yield (
            f"| {step.name_zh} | `{step.step}` | {_plain(step.from_states)} | {_targets(step)} |"
            f" {_plain(step.may)} | {_RELATIONS[step.who]} | {', '.join(step.needs)} |"
            f" {', '.join(step.asks)} | {_overlays(step)} | {step.counts or ''} |"
        )
    yield ""


def _targets(step: Step) -> str:
    to = set(step.to.values())
    return "stays" if all(state == goal for state, goal in step.to.items()) else _plain(to)


def _overlays(step: Step) -> str:
    parts = (("opens", step.opens), ("ends", step.ends), ("unless", step.unless))
    return "; ".join(f"{word} {_plain(names)}" for word, names in parts if names)


def _lawful() -> Iterator[str]:
    yield "## 法定途径 / Lawful next step by kind\n"
    yield "| kind | 可以导入 open | 不得导入 never |"
    yield "|---|---|---|"
    table = read_lawful()
    for kind, row in table.kinds.items():
        ways = "、".join(way.name_zh for way in row.ways)
        never = "；".join(
            f"{table.ways[way].name_zh}：{zh} ({en})" for way, (zh, en) in row.never.items()
        )
        yield f"| `{kind}` | {ways} | {never} |"
    yield ""


def _procedures() -> Iterator[str]:
    yield "## 程序 / Procedures\n"
    yield "| 程序 | procedure | stages | results |"
    yield "|---|---|---|---|"
    for one in read_procedures().values():
        results = ", ".join(
            f"{result} (organ only)" if result in one.organ_only else result
            for result in one.results
        )
        yield f"| {one.name_zh} | `{one.procedure}` | {' → '.join(one.stages)} | {results} |"
    yield ""


def _documents() -> Iterator[str]:
    yield "## 文书 / Documents\n"
    yield "| 文书 | kind | issued by | fields | answered |"
    yield "|---|---|---|---|---|"
    for one in read_templates().values():
        fields = "、".join(f"{zh} `{name}`" for name, (zh, _) in one.fields.items())
        yield (
            f"| {one.name_zh} | `{one.kind}` | {_plain(one.steps)} | {fields} |"
            f" {'yes' if one.answered else ''} |"
        )


def _plain(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names))


if __name__ == "__main__":
    print(render_workflow(), end="")
