"""Pages of one frame: a bar with the place, a body that a script fills; nothing inline runs."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from web_map.pages import ROOM

# Name of the page (its script and words) → its title until the script has spoken.
TITLES = {
    "account": "我的账号",
    "upkeep": "人员与值班",
    "case": "事项",
    "import": "导入数据",
    "trace": "照图描绘",
    "desk": "工作台",
    "onsite": "现场登记",
    "registers": "登记簿",
    "reports": "报表与台账",
    "queue": "督促与派单",
    "risk": "风险地图",
    "land": "土地界线",
    "land_field": "现场指界",
    "redraw": "重划网格",
}
# Styles that a page needs beside those of the frame.
CASEWORK = ("/static/css/casework.css",)
_LEAFLET_CSS = "/static/vendor/leaflet/leaflet.css"
STYLES = {
    "onsite": (_LEAFLET_CSS, "/static/css/onsite.css"),
    "case": CASEWORK,
    "desk": CASEWORK,
    "registers": CASEWORK,
    "reports": CASEWORK,
    "queue": CASEWORK,
    "risk": ("/static/css/risk.css",),
    "land": (_LEAFLET_CSS, "/static/css/land.css"),
    "land_field": (_LEAFLET_CSS, "/static/css/land.css"),
    "redraw": ("/static/css/redraw.css",),
}
# Libraries that a page's own script finds when it starts.
SCRIPTS = dict.fromkeys(("land", "land_field"), ("/static/vendor/leaflet/leaflet.js",))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
    )


def render_plain_page(name: str, *, place_name_zh: str = "", synthetic: bool = False) -> str:
    """The frame of a page of ``TITLES``; its script asks for sign-in and fills it."""
    template = _environment().get_template("plain.html")
    return template.render(
        name=name,
        title=TITLES[name],
        styles=STYLES.get(name, ()),
        scripts=SCRIPTS.get(name, ()),
        place_name_zh=place_name_zh,
        synthetic=synthetic,
    )
