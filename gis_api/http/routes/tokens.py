"""API tokens: an administrator makes, lists and revokes them; a program carries them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from gis_api.actions.tokens import (
    add_token,
    list_own_tokens,
    list_tokens,
    revoke_own_token,
    revoke_token,
)
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.tokens import MadeTokenAnswer, TokenBody, TokenItem, TokenItems

router = APIRouter(prefix="/api/tokens", tags=["tokens"])

TokenId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("", summary="Tokens and when they were last used")
def get_tokens(
    services: ServicesDep, actor: Annotated[Actor, permit("token", "read")]
) -> TokenItems:
    """Ended ones too; never the text of a token."""
    rows = list_tokens(services.engine, actor)
    return TokenItems(items=[TokenItem(**row) for row in rows])


@router.post("", status_code=201, summary="Make a token; its text is shown once")
def post_token(
    body: TokenBody, services: ServicesDep, actor: Annotated[Actor, permit("token", "add")]
) -> MadeTokenAnswer:
    """Send it as ``Authorization: Bearer wg_…``, never in an address."""
    made = add_token(services.engine, actor, body.to_new())
    return MadeTokenAnswer(
        api_token_id=made.api_token_id, token=made.token, expires_at=made.expires_at
    )


@router.get("/mine", summary="Tokens that act in one's own name")
def get_own_tokens(
    services: ServicesDep, actor: Annotated[Actor, permit("token", "read_own")]
) -> TokenItems:
    """Whoever made them; ended ones too."""
    rows = list_own_tokens(services.engine, actor)
    return TokenItems(items=[TokenItem(**row) for row in rows])


@router.delete("/mine/{api_token_id}", status_code=204, summary="Revoke a token in one's own name")
def delete_own_token(
    api_token_id: TokenId,
    services: ServicesDep,
    actor: Annotated[Actor, permit("token", "revoke_own")],
) -> Response:
    revoke_own_token(services.engine, actor, api_token_id)
    return Response(status_code=204)


@router.delete("/{api_token_id}", status_code=204, summary="Revoke a token")
def delete_token(
    api_token_id: TokenId,
    services: ServicesDep,
    actor: Annotated[Actor, permit("token", "revoke")],
) -> Response:
    """Writes with it are refused at once, reads within a second."""
    revoke_token(services.engine, actor, api_token_id)
    return Response(status_code=204)
