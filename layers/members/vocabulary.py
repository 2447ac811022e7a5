"""Words of rosters and service requests; labels are data for the page, slugs for the database."""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """A slug with its label in both languages."""

    slug: str
    name_zh: str
    name_en: str


DUTIES = (
    Word("leader", "组长", "leader"),
    Word("deputy", "副组长", "deputy leader"),
    Word("member", "党员", "member"),
)
# What somebody may offer to do, and what may be asked for: one list, so that they can be matched.
SKILLS = (
    Word("errand", "代办跑腿", "errands"),
    Word("care", "陪护照料", "care and company"),
    Word("transport", "出行接送", "transport"),
    Word("repair", "水电维修", "repairs"),
    Word("farming", "农牧帮工", "help on farm and pasture"),
    Word("tutoring", "课业辅导", "tutoring"),
    Word("policy", "政策咨询", "advice on policies"),
    Word("digital", "手机与电脑", "phones and computers"),
    Word("emergency", "应急抢险", "emergencies"),
    Word("other", "其他", "other"),
)
SKILL_SLUGS = frozenset(word.slug for word in SKILLS)
DUTY_SLUGS = frozenset(word.slug for word in DUTIES)
