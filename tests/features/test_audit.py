"""The audit log: what happened to accounts and rights, over HTTP."""

from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from httpx2 import AsyncClient
from visitors import PASSWORD, Hands, client, register

from symposion.context import Ports
from symposion.features.accounts.admin import ensure_admin
from symposion.features.audit.models import KEPT
from symposion.features.personal_data.service import sweep

ROOT = {"email": "root@example.com", "password": PASSWORD}
EMAIL = "cleo@example.com"
LOG = "/v1/admin/audit-log"


async def administrator(app: FastAPI, ports: Ports) -> AsyncClient:
    await ensure_admin(ports, **ROOT)
    root = client(app)
    token = (await root.post("/auth/login", json=ROOT)).json()["access_token"]
    root.headers["Authorization"] = f"Bearer {token}"
    return root


async def test_what_happens_to_an_account_is_read_by_administrators_only(
    app: FastAPI, ports: Ports, ann: AsyncClient, nobody: AsyncClient
):
    root = await administrator(app, ports)
    async with client(app) as cleo:
        user = await register(cleo, EMAIL)
        await cleo.post("/auth/login", json={"email": EMAIL, "password": "not this one"})
        await cleo.post("/auth/login", json={"email": "none@example.com", "password": PASSWORD})
        new = {"current_password": PASSWORD, "new_password": "another good one"}
        await cleo.put("/auth/change-password", json=new)

        told: list[dict[str, Any]] = (await root.get(LOG, params={"user_id": user["id"]})).json()
        refused = [(await who.get(LOG)).status_code for who in (cleo, ann, nobody)]

    assert [entry["action"] for entry in told] == ["password-changed", "login-failed", "registered"]
    assert {len(entry["peer"]) for entry in told} == {12}
    assert all(entry["request_id"] for entry in told)
    assert refused == [403, 403, 403]
    assert (await ann.get(LOG)).json()["detail"] == "Admin access required"
    unknown = (await root.get(LOG, params={"action": "login-failed"})).json()
    assert [entry["user_id"] for entry in unknown] == ["", user["id"]]
    assert EMAIL not in (await root.get(LOG)).text


async def test_the_log_is_read_in_pages_and_entries_expire(
    app: FastAPI, ports: Ports, clock: Hands
):
    root = await administrator(app, ports)
    for _ in range(5):
        await root.post("/auth/login", json=ROOT | {"password": "wrong"})
    seen: list[str] = []
    while page := (
        await root.get(LOG, params={"limit": 2, "before": seen[-1] if seen else ""})
    ).json():
        seen += [entry["id"] for entry in page]

    whole = [entry["id"] for entry in (await root.get(LOG)).json()]
    assert seen == whole
    assert len(whole) == len(set(whole)) == 6
    for limit in ("0", "201", "x"):
        assert (await root.get(LOG, params={"limit": limit})).status_code == 422
    clock.ahead = KEPT + timedelta(seconds=1)
    await sweep(ports)
    clock.ahead = timedelta()
    assert (await root.get(LOG)).status_code == 401  # the session expired with the rest
    root = await administrator(app, ports)
    assert [entry["action"] for entry in (await root.get(LOG)).json()] == ["login"]
