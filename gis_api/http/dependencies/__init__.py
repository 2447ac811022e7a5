"""What a route asks for: ``ServicesDep``, ``ActorDep`` and ``SignedInUser``."""

from gis_api.http.dependencies.services import Limits, Services, ServicesDep
from gis_api.http.dependencies.signed_in import ActorDep, SignedInUser, require_actor

__all__ = ["ActorDep", "Limits", "Services", "ServicesDep", "SignedInUser", "require_actor"]
