"""Second factors over HTTP."""

from typing import Annotated

from fastapi import Query, Request, Response

from symposion.core.passwords import HashingBusy
from symposion.features.accounts import second_factor, service
from symposion.features.accounts.errors import (
    NoPassword,
    SecondFactorOff,
    SecondFactorOn,
    SecondFactorWrong,
    TicketSpent,
    TooManyCodes,
    WrongCode,
    WrongPassword,
)
from symposion.features.accounts.factor_pages import gone_page, setup_page
from symposion.features.accounts.factor_wire import (
    ChallengeAnswer,
    FactorSetup,
    FactorStatus,
    Proof,
    RecoveryCodes,
    TicketProof,
)
from symposion.features.accounts.wire import Done, TokenReply, User
from symposion.web.addresses import home_of
from symposion.web.deps import Ctx, PortsDep
from symposion.web.problems import shows, tells
from symposion.web.routing import room

router = room("/auth", "accounts")
versioned = room("/auth/2fa", "accounts")
"""Routes beyond the contract, under ``/api/v1`` only."""

_REFUSALS = tells(SecondFactorOff, WrongPassword, WrongCode, TooManyCodes, HashingBusy)


@router.post("/enable-2fa", responses=tells(NoPassword, SecondFactorOn))
async def begin_second_factor(ctx: Ctx, request: Request) -> FactorSetup:
    """Ask for a second factor: open the address told as ``qr_code`` and confirm it there."""
    pending = await second_factor.begin(ctx)
    return FactorSetup(
        qr_code=f"{home_of(request)}/api/v1/auth/2fa/setup?ticket={pending.ticket}",
        message="Scan the QR code and confirm it with your password within ten minutes.",
        otpauth_uri=pending.address,
    )


@versioned.get("/setup", response_class=Response, responses=shows(TicketSpent))
async def show_setup(
    ports: PortsDep, ticket: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Show the page that confirms a second factor; for browsers."""
    try:
        return setup_page(await second_factor.pending(ports, ticket))
    except TicketSpent as error:
        return gone_page(error)


@versioned.post(
    "/setup", responses=tells(TicketSpent, WrongPassword, WrongCode, SecondFactorOn, HashingBusy)
)
async def confirm_by_ticket(ports: PortsDep, proof: TicketProof) -> RecoveryCodes:
    """Turn on the second factor that a ticket stands for; what the page for browsers calls."""
    codes = await second_factor.confirm_by_ticket(
        ports, proof.ticket, proof.current_password, proof.code
    )
    return RecoveryCodes(recovery_codes=codes)


@versioned.post(
    "/confirm",
    responses=tells(
        SecondFactorOff, TicketSpent, WrongPassword, WrongCode, SecondFactorOn, HashingBusy
    ),
)
async def confirm(ctx: Ctx, proof: Proof) -> RecoveryCodes:
    """Turn on the second factor you asked for last; the recovery codes are told only now."""
    codes = await second_factor.confirm(ctx, proof.current_password, proof.code)
    return RecoveryCodes(recovery_codes=codes)


@versioned.get("")
async def read_status(ctx: Ctx) -> FactorStatus:
    """Tell whether you have a second factor."""
    left = await second_factor.recovery_codes_left(ctx)
    return FactorStatus(enabled=left is not None, recovery_codes_left=left or 0)


@versioned.post("/recovery-codes", responses=_REFUSALS)
async def renew_recovery_codes(ctx: Ctx, proof: Proof) -> RecoveryCodes:
    """Replace your recovery codes."""
    codes = await second_factor.renew_recovery_codes(ctx, proof.current_password, proof.code)
    return RecoveryCodes(recovery_codes=codes)


@versioned.post("/disable", responses=_REFUSALS)
async def turn_off(ctx: Ctx, proof: Proof) -> Done:
    """Do without your second factor; the code may be a recovery code."""
    await second_factor.turn_off(ctx, proof.current_password, proof.code)
    return Done(message="Your second factor is off.")


@versioned.post("/challenge", responses=tells(TicketSpent, SecondFactorWrong, TooManyCodes))
async def answer_challenge(ports: PortsDep, answer: ChallengeAnswer) -> TokenReply:
    """Sign in with the code that was missing when the ticket was given."""
    account, token = await service.answer_challenge(ports, answer.ticket, answer.code)
    return TokenReply(access_token=token, user=User.of(account))
