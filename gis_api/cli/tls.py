"""``wangge tls``: a certificate authority of the town, and the server's certificate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gis_api.actions.make_certificates import CA_FILE, CERT_FILE, KEY_FILE, make_certificates
from gis_api.settings import Settings

app = typer.Typer(help="证书 / Certificates for phones and desks.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    pass


@app.command()
def init(
    host: Annotated[
        list[str],
        typer.Option(help="Name or address that phones type; give it once for each."),
    ],
    town: Annotated[str, typer.Option(help="Name shown in the phone's certificate list.")] = "网格",
    out: Annotated[Path | None, typer.Option(help="Folder; default var/tls.")] = None,
    days: Annotated[int, typer.Option(min=1, max=397, help="Of the server's certificate.")] = 397,
) -> None:
    """做一个镇里的根证书和服务器证书 / Make the town's CA once, and a server certificate."""
    folder = out or Settings().var_dir / "tls"
    made_ca = make_certificates(folder, hosts=host, town=town, days=days)
    console = Console()
    console.print(
        "已新建根证书 / new CA" if made_ca else "沿用已有根证书 / the existing CA is kept"
    )
    console.print(f"手机要装 / to install on phones: {folder / CA_FILE}", soft_wrap=True)
    console.print(
        f"启动 / start: wangge serve --host 0.0.0.0 --tls-cert {folder / CERT_FILE}"
        f" --tls-key {folder / KEY_FILE}",
        soft_wrap=True,
    )
    console.print("手机安装步骤 / guide for phones: docs/guides/phone-certificate.md")
