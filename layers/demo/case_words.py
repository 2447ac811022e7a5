"""Words and shares of synthetic cases: kinds, sources, respondents, short texts."""

from __future__ import annotations

KINDS = [
    "family",
    "neighbour",
    "homestead",
    "contract",
    "land",
    "acquisition",
    "mine_village",
    "environment",
    "labour_pay",
    "tenancy",
    "traffic",
    "other",
]

_SHARES = {
    "mining": (0.08, 0.10, 0.05, 0.05, 0.24, 0.12, 0.18, 0.08, 0.04, 0.02, 0.03, 0.01),
    "rural": (0.18, 0.20, 0.12, 0.10, 0.16, 0.06, 0.00, 0.04, 0.06, 0.03, 0.03, 0.02),
    "pastoral": (0.12, 0.12, 0.05, 0.10, 0.26, 0.07, 0.10, 0.07, 0.05, 0.02, 0.03, 0.01),
}

SOURCES = {
    "grid_worker": 0.30,
    "visit": 0.25,
    "talking_room": 0.15,
    "hotline": 0.12,
    "police": 0.06,
    "petition": 0.05,
    "transfer": 0.03,
    "online": 0.02,
    "court": 0.02,
}

# share of each respondent by kind; "" is every other kind
RESPONDENTS: dict[str, tuple[tuple[str, float], ...]] = {
    "": (("household", 0.92), ("village_committee", 0.05), ("other", 0.03)),
    "land": (
        ("household", 0.70),
        ("village_committee", 0.18),
        ("enterprise", 0.10),
        ("post_holder", 0.02),
    ),
    "contract": (("village_committee", 0.50), ("household", 0.40), ("enterprise", 0.10)),
    "acquisition": (
        ("village_committee", 0.40),
        ("enterprise", 0.40),
        ("other", 0.15),
        ("post_holder", 0.05),
    ),
    "mine_village": (("enterprise", 0.92), ("village_committee", 0.08)),
    "environment": (("enterprise", 0.85), ("household", 0.10), ("other", 0.05)),
    "labour_pay": (("enterprise", 0.80), ("household", 0.15), ("other", 0.05)),
    "traffic": (("enterprise", 0.50), ("household", 0.40), ("other", 0.10)),
}

_MARK = "（合成数据）"


def _marked(*texts: str) -> tuple[str, ...]:
    return tuple(text + _MARK for text in texts)


TEXTS: dict[str, tuple[str, ...]] = {
    "family": _marked(
        "兄弟之间因老人赡养起争执", "夫妻因家务事争吵，请求调解", "分家后房屋使用有争议"
    ),
    "neighbour": _marked(
        "邻居堆放柴草挡路", "房檐滴水引起争吵", "院墙界线说法不一", "牲畜进了邻居的地"
    ),
    "homestead": _marked("宅基地边界重叠", "翻建房屋占了公用巷道", "老宅院继承有争议"),
    "contract": _marked("土地流转合同租金未付", "承包合同面积与实际不符", "合同到期未退还土地"),
    "land": _marked(
        "两家承包地界线不清", "耕地时越界约一垄", "界标被犁掉，要求重新指认", "林地与耕地证书重叠"
    ),
    "acquisition": _marked("征地补偿款分配有异议", "附着物清点数量不符", "安置房交付推迟"),
    "mine_village": _marked(
        "爆破震裂房屋，要求矿上赔偿", "矿区占用村道", "矿后沟的地被矸石压占", "企业承诺的用工未落实"
    ),
    "environment": _marked("运煤车扬尘影响庄稼", "地面沉陷，水井水位下降", "夜间运输噪声扰民"),
    "labour_pay": _marked("拖欠工资三个月", "包工头结算工钱有争议"),
    "tenancy": _marked("租房押金不退", "房屋漏水由谁修理有争议"),
    "traffic": _marked("拉煤车剐蹭院墙", "村道会车碰撞，责任有争议"),
    "other": _marked("对办事流程有疑问", "其他生活纠纷，请求协调"),
}


def kind_shares(profile: str) -> dict[str, float]:
    """Share of every case kind in a profile of place; sums to 1."""
    return dict(zip(KINDS, _SHARES[profile], strict=True))
