"""The audit, and the settings in force."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import AuditLog, ShownSettings, View


def audit_routes(audit: AuditLog, settings: ShownSettings) -> list[HTTPRouteHandler]:
    """Make the routes that show what was done, and how all is set."""
    return [_list(audit), _verify(audit), _settings(settings)]


def _list(audit: AuditLog) -> HTTPRouteHandler:
    @get(
        "/api/v1/audit",
        permission=Permission.AUDIT_READ,
        sync_to_thread=False,
        **keyed(400, 422),
    )
    def list_audit(
        request: Request[Any, Any, Any],
        limit: Annotated[int, Parameter(ge=1, le=500)] = 50,
        cursor: Annotated[str | None, Parameter(max_length=100)] = None,
    ) -> View:
        """List what team members did, newest first."""
        baits = request.state.caller.may(Permission.BAITS_READ)
        page, after = audit.page(cursor, limit, baits=baits)
        return {"entries": page, "next_cursor": after}

    return list_audit


def _verify(audit: AuditLog) -> HTTPRouteHandler:
    @get(
        "/api/v1/audit/verify",
        permission=Permission.LOG_VERIFY,
        sync_to_thread=True,
        **keyed(),
    )
    def verify_audit() -> View:
        """Check the chain that the audit's entries stand in, with the whole log."""
        return audit.verify()

    return verify_audit


def _settings(settings: ShownSettings) -> HTTPRouteHandler:
    @get(
        "/api/v1/settings",
        permission=Permission.SETTINGS_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def show_settings() -> View:
        """Show every setting in force and where it comes from; secrets are hidden."""
        return {"settings": settings.list(), "next_cursor": None}

    return show_settings
