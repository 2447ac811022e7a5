"""Hand-outs as files: closed, escaped, small; classes of counts; the sealed list."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, date, datetime

import folium
import pytest
import shapely
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from web_map.sheets.areas import Area
from web_map.sheets.content import Content, Feature, Layer
from web_map.sheets.drawing import Ink
from web_map.sheets.grid import Duty, GridFacts, make_noticeboard, write_chat_text
from web_map.sheets.hand_out import render_hand_out
from web_map.sheets.hotspots import HIDDEN, Finding, count_classes, make_hotspots
from web_map.sheets.sealing import ROUNDS, seal_rows
from web_map.sheets.sheet import TablePart

NASTY = "</script><script>window.hacked=1</script>`${7}` \\u0041 \\ \u202e" + "长" * 20
ON = date(2026, 11, 29)


def content(words: str = "合成村") -> Content:
    square = shapely.box(110.50, 39.40, 110.54, 39.42)
    point = shapely.Point(110.52, 39.41)
    return Content(
        title=words, subtitle=words, banner=[words], source=words, data_on=ON, review_number=words,
        layers=[
            Layer(words, [Feature(square, Ink("#333333", hatch="rise"), words, [(words, words)])]),
            Layer(words, [Feature(point, Ink(fill="#333333"), words, [], {"circle": 1})]),
        ],
        parts=[TablePart([words], [[words]], words, words)],
    )  # fmt: skip


def test_the_page_is_closed_by_the_hashes_of_its_own_scripts_and_styles() -> None:
    page = render_hand_out(content(NASTY))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules.keys() == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    blocks = re.findall(r"<(script|style)>(.*?)</\1>", page, re.DOTALL)
    assert len(blocks) == 3
    for kind, text in blocks:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rules[f"{kind}-src"]
    assert rules["script-src"].count("sha256-") == 2
    assert "unsafe" not in policy[1]
    # the policy stands before anything that it could let in
    assert page.index("Content-Security-Policy") < page.index("<style")


def test_nothing_of_another_host_is_named_as_a_source() -> None:
    page = render_hand_out(content())
    assert (
        re.findall(
            r"""(?:src|href)=["'][^"']+""", re.sub(r"<script>.*?</script>", "", page, flags=re.S)
        )
        == []
    )
    assert "cdn" not in page
    assert "url(" not in re.findall(r"<style>(.*?)</style>", page, re.DOTALL)[0]


def test_hostile_words_are_text() -> None:
    page = render_hand_out(content(NASTY))
    assert page.count("<script>") == 2
    assert "window.hacked=1</script>" not in page
    assert "\u202e" not in page
    # written out, each time as text or as JSON
    assert page.count("window.hacked=1") >= 9


def test_the_same_content_gives_the_same_bytes_and_later_maps_stay_clean() -> None:
    before = list(folium.Map.default_js)
    assert render_hand_out(content()) == render_hand_out(content())
    assert folium.Map.default_js == before


def test_a_page_that_is_too_large_is_refused() -> None:
    table = TablePart(["a"], [["长" * 1000] for _ in range(4000)])
    with pytest.raises(InvalidInput) as refused:
        render_hand_out(Content("t", [], [table], "s", ON))
    assert refused.value.code == "sheet.too_large"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 400)), min_size=1, max_size=60))
def test_every_count_lies_in_the_class_that_says_so(values: list[int | None]) -> None:
    counts = {str(n): value for n, value in enumerate(values)}
    scheme, class_of = count_classes(counts, "zh", least_shown=5)
    assert len([one for one in scheme.classes if one.key != HIDDEN]) <= 5
    assert len({one.ink for one in scheme.classes}) == len(scheme.classes)
    for key, value in counts.items():
        told = scheme.get(class_of[key])
        if value is None:
            assert told.key == HIDDEN
            continue
        ends = [int(part) for part in told.words.split(" – ")]
        assert ends[0] <= value <= ends[-1]


def test_a_statistic_brings_its_own_classes() -> None:
    from web_map.sheets.hotspots import MapClass, Scheme

    areas = [Area("1", "甲村", shapely.box(110, 39, 110.1, 39.1))]
    scheme = Scheme("风险", [MapClass("high", "明显偏高", Ink())], ["样本 n = 12"])
    made = make_hotspots(
        areas, scheme, {"1": Finding("high", ["1.8"])}, ["率比"], place="镇", level="村",
        source="s", data_on=ON, banner=["内部"],
    )  # fmt: skip
    assert [entry.words for entry in made.legend] == ["明显偏高"]
    assert isinstance(made.parts[0], TablePart)
    assert made.parts[0].rows == [["1", "甲村", "1.8"]]
    assert "n = 12" in made.parts[0].note


def facts(name: str) -> GridFacts:
    return GridFacts(
        area=Area("990", name, shapely.box(110, 39, 110.1, 39.1)), level="网格", path=["镇", "村"],
        siblings=[], children=[], child_level="", duties=[
            Duty(name, "网格长", name, "139"), Duty(name, "网格员", None, None),
        ],
    )  # fmt: skip


def test_text_for_a_chat_group_has_a_line_for_each_duty_and_no_line_can_be_faked() -> None:
    text = write_chat_text(facts("甲\n乙：1"), data_on=ON, banner=["合成数据"])
    lines = text.splitlines()
    assert lines[0] == "【合成数据】"
    assert "网格长（甲 乙：1）：甲 乙：1 139" in lines
    assert "网格员（甲 乙：1）：暂缺" in lines
    assert len(lines) == 9


def test_the_notice_tells_no_number_of_cases_or_households() -> None:
    made = make_noticeboard(facts("甲"), source="s", data_on=ON, banner=[])
    told = json.dumps([part.to_plain() for part in made.parts], ensure_ascii=False)
    assert "户数" not in told
    assert "未办结" not in told


def test_the_list_opens_with_its_phrase_only_and_vouches_for_its_last_day() -> None:
    ends_at = datetime(2026, 12, 6, tzinfo=UTC)
    sealed = seal_rows(["姓名"], [["曾小芳"]], ends_at)
    block = json.loads(sealed.block)
    assert "曾小芳" not in sealed.block
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", sealed.phrase)
    raw = {k: base64.b64decode(block[k]) for k in ("salt", "nonce", "sealed")}
    key = hashlib.pbkdf2_hmac("sha256", sealed.phrase.encode(), raw["salt"], ROUNDS, 32)
    plain = AESGCM(key).decrypt(raw["nonce"], raw["sealed"], block["ends_at"].encode())
    assert json.loads(plain) == {"headings": ["姓名"], "rows": [["曾小芳"]]}
    with pytest.raises(InvalidTag):
        AESGCM(key).decrypt(raw["nonce"], raw["sealed"], b"2027-12-06T00:00:00+00:00")
    assert seal_rows(["姓名"], [["曾小芳"]], ends_at).phrase != sealed.phrase
