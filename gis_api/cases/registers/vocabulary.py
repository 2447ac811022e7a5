"""Fixed words of the registers beside cases; each list stands in the schema too."""

from __future__ import annotations

from gis_api.cases.vocabulary import Term

DOORS: tuple[Term, ...] = (
    Term("window", "接访窗口", "reception window"),
    Term("talking_room", "村说事室", "village talking room"),
    Term("leader_day", "领导接访", "leader's reception day"),
    Term("field", "下访", "visit in the field"),
    Term("phone", "电话", "telephone"),
)

# A request is what is explained, passed on or registered; asking the way or coming again is none.
OUTCOMES: tuple[Term, ...] = (
    Term("consulted", "咨询答复", "asked and answered"),
    Term("repeat", "重复来访", "came again about a case"),
    Term("explained", "当场解释办结", "closed by explanation on the spot"),
    Term("passed_on", "转办交办", "passed on"),
    Term("registered", "登记立案", "registered as a case"),
)
REQUEST_OUTCOMES = frozenset({"explained", "passed_on", "registered"})

CLOSINGS: tuple[Term, ...] = (
    Term("agreement", "达成协议", "agreement"),
    Term("withdrawal", "自愿撤回", "withdrawn by the person"),
    Term("answered", "答复办结", "answered"),
    Term("decision", "作出决定", "decision"),
    Term("own_procedure", "引导法定途径", "guided to its own procedure"),
)

ORGANS: tuple[Term, ...] = (
    Term("village", "村（社区）", "village or community"),
    Term("station", "乡镇站所", "township station"),
    Term("work_group", "专班", "work group"),
    Term("county_centre", "旗县综治中心", "county governance centre"),
    Term("department", "旗县部门", "county department"),
    Term("court", "法院", "court"),
    Term("police", "公安", "police"),
    Term("arbitration", "仲裁机构", "arbitration"),
    Term("petition_office", "信访部门", "petition office"),
    Term("enterprise", "企业", "enterprise"),
    Term("other", "其他", "other"),
)

WAYS: tuple[Term, ...] = (
    Term("explained", "解释疏导", "explained"),
    Term("mediated", "当场调解", "mediated on the spot"),
    Term("helped", "帮办解决", "helped"),
)
