"""A change becomes SQL.  One function a kind, all of them safe to repeat.

Runs on the writer's thread inside a transaction that somebody else opens and
ends.  Keys come from the caller; an insert that is already there and an update
that is already true do nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from agent.store import (
    card_holders,
    closings,
    consents,
    decisions,
    devices,
    displayed,
    feed,
    handovers,
    parcels,
    people,
    preferences,
    shut_out,
    taking_in,
)
from agent.store.pen import Pen
from agent.store.records import (
    AcceptJob,
    Append,
    Change,
    DecideReceipt,
    GaveUp,
    KeepMemory,
    KeepPiece,
    KeepSale,
    LetPass,
    MarkHandedOver,
    MoveCursor,
    OpenReceipt,
    OrderPaper,
    OweLesson,
    PaperOf,
    ParcelState,
    Passed,
    PutParcel,
    SetAside,
    SettleJob,
)


def apply(pen: Pen, change: Change) -> None:
    """Write one change."""
    WRITERS[type(change)](pen, change)


def _append(pen: Pen, change: Append) -> None:
    entry = change.entry
    pen.db.execute(
        """INSERT INTO event(seq, id, type, at_ms, boot, mono_ms, receipt, plain_len, body)
        VALUES (1 + (SELECT seq FROM log_height), ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING""",
        (
            entry.id.bytes,
            entry.type,
            entry.at_ms,
            pen.stamp.boot,
            pen.stamp.mono_ms,
            entry.receipt.bytes if entry.receipt else None,
            len(entry.body),
            pen.seal(
                entry.body,
                "event",
                entry.id,
                "body",
                *(entry.type, entry.at_ms, entry.receipt),
                under=pen.key_of(entry.receipt),
            ),
        ),
    )


def _open_receipt(pen: Pen, change: OpenReceipt) -> None:
    row = change.row
    kid = pen.key_of_job(row.job) or pen.sealer.document_key()

    def sealed(text: bytes | str, column: str) -> bytes:
        return pen.seal(text, "receipt", row.id, column, under=kid)

    pen.db.execute(
        """INSERT INTO receipt(id, job, at_ms, rule, on_silence, choice, decided_ms,
          paper_copies, handed_over, token, body, strip, gist, paper_mm, given, session,
          kid)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING""",
        (
            row.id.bytes,
            row.job.bytes,
            row.at_ms,
            row.rule,
            row.on_silence,
            row.choice,
            pen.stamp.wall_ms if row.choice else None,
            row.paper_copies,
            row.handed_over,
            sealed(row.token, "token"),
            sealed(row.body, "body"),
            sealed(row.strip_html, "strip"),
            sealed(json.dumps(row.gist), "gist"),
            row.paper_mm,
            row.given,
            sealed(row.session, "session") if row.session else None,
            kid or None,
        ),
    )


def _decide_receipt(pen: Pen, change: DecideReceipt) -> None:
    pen.update(
        "UPDATE receipt SET choice = ?, decided_ms = ? WHERE id = ?",
        (change.choice, pen.stamp.wall_ms, change.receipt.bytes),
    )


def _mark_handed_over(pen: Pen, change: MarkHandedOver) -> None:
    pen.update(
        "UPDATE receipt SET handed_over = 1 WHERE id = ?", (change.receipt.bytes,)
    )


def _order_paper(pen: Pen, change: OrderPaper) -> None:
    pen.update(
        "UPDATE receipt SET paper_copies = max(paper_copies, ?) WHERE id = ?",
        (change.copies, change.receipt.bytes),
    )


def _put_parcel(pen: Pen, change: PutParcel) -> None:
    parcel = change.parcel
    key = parcels.key(parcel.channel, parcel.receipt, parcel.kind)
    kid = pen.key_of(parcel.receipt)
    due = parcel.state is ParcelState.DUE
    pen.db.execute(
        """INSERT INTO parcel(channel, receipt, kind, recipient, lang, attempts, next_ms,
          state, detail, number, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(channel, receipt, kind) DO UPDATE SET
          recipient = excluded.recipient, lang = excluded.lang,
          attempts = excluded.attempts, next_ms = excluded.next_ms,
          at_ms = CASE WHEN number = excluded.number THEN at_ms ELSE excluded.at_ms END,
          state = excluded.state, detail = excluded.detail, number = excluded.number,
          run = '', until_ms = 0""",
        (
            parcel.channel,
            parcel.receipt.bytes,
            parcel.kind,
            pen.seal(parcel.recipient, "parcel", key, "recipient", under=kid)
            if due
            else None,
            parcel.lang,
            parcel.attempts,
            parcel.next_ms,
            parcel.state,
            # A mail server's answer may quote the address.
            pen.seal(parcel.detail, "parcel", key, "detail", under=kid),
            parcel.number,
            pen.stamp.wall_ms,
        ),
    )
    if parcel.kind != "receipt":
        return
    if due:
        parcels.know(pen, parcel.channel, parcel.receipt, parcel.recipient, parcel.lang)
    elif parcel.state is ParcelState.DEAD:
        withdrawn = parcel.detail == parcels.WITHDRAWN
        parcels.end(pen, parcel.channel, parcel.receipt, withdrawn=withdrawn)


def _move_cursor(pen: Pen, change: MoveCursor) -> None:
    # Never back (a repeated change), never past the log (a peer's mistake
    # would skip entries not yet written).
    pen.db.execute(
        """INSERT INTO cursor(dest, acked)
        VALUES (?, max(0, min(?, (SELECT seq FROM log_height))))
        ON CONFLICT(dest) DO UPDATE SET acked = max(acked, excluded.acked)""",
        (change.destination, change.acked),
    )


def _set_aside(pen: Pen, change: SetAside) -> None:
    key = aside_key(change.destination, change.seq)
    about = pen.db.execute(
        "SELECT receipt FROM event WHERE seq = ?", (change.seq,)
    ).fetchone()
    receipt = UUID(bytes=about[0]) if about and about[0] else None
    pen.db.execute(
        "INSERT INTO aside VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            change.destination,
            change.seq,
            pen.stamp.wall_ms,
            # A problem may point at, or quote, the refused data.
            pen.seal(
                change.problem, "aside", key, "problem", under=pen.key_of(receipt)
            ),
        ),
    )


def _keep_memory(pen: Pen, change: KeepMemory) -> None:
    pen.db.execute(
        """INSERT INTO printer_memory(printer, memory, updated_ms) VALUES (?, ?, ?)
        ON CONFLICT(printer) DO UPDATE SET memory = excluded.memory,
          updated_ms = excluded.updated_ms""",
        (
            change.printer,
            pen.seal(change.memory, "printer_memory", change.printer, "memory"),
            pen.stamp.wall_ms,
        ),
    )
    if change.job is not None:
        pen.db.execute(
            "DELETE FROM lesson WHERE n <= (SELECT n FROM job WHERE id = ?)",
            (change.job.bytes,),
        )


def _owe_lesson(pen: Pen, change: OweLesson) -> None:
    pen.db.execute(
        "INSERT INTO lesson SELECT n FROM job WHERE id = ? ON CONFLICT DO NOTHING",
        (change.job.bytes,),
    )
    pen.db.execute(
        "DELETE FROM lesson WHERE n < (SELECT n FROM job WHERE id = ?)",
        (change.oldest.bytes,),
    )


def _keep_sale(pen: Pen, change: KeepSale) -> None:
    pen.db.execute(
        "INSERT INTO sale VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            change.receipt.bytes,
            pen.stamp.wall_ms,
            bytes.fromhex(change.number),
            bytes.fromhex(change.total),
            bytes.fromhex(change.paper),
        ),
    )


def _paper_of(pen: Pen, change: PaperOf) -> None:
    pen.db.execute(
        "INSERT INTO paper_of VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (change.job.bytes, pen.stamp.wall_ms, change.receipt.bytes, change.part),
    )


def aside_key(destination: str, seq: int) -> str:
    return f"{destination}.{seq}"


WRITERS: Final[Mapping[type[Any], Callable[[Pen, Any], None]]] = MappingProxyType(
    {
        KeepPiece: taking_in.keep_piece,
        AcceptJob: taking_in.accept_job,
        LetPass: taking_in.let_pass,
        Passed: taking_in.passed,
        GaveUp: taking_in.gave_up,
        SettleJob: taking_in.settle_job,
        Append: _append,
        OpenReceipt: _open_receipt,
        DecideReceipt: _decide_receipt,
        OrderPaper: _order_paper,
        MarkHandedOver: _mark_handed_over,
        PutParcel: _put_parcel,
        MoveCursor: _move_cursor,
        SetAside: _set_aside,
        KeepMemory: _keep_memory,
        OweLesson: _owe_lesson,
        KeepSale: _keep_sale,
        PaperOf: _paper_of,
        handovers.OrderHandOver: handovers.order,
        handovers.EndHandOver: handovers.end,
        handovers.KeepSession: handovers.keep_session,
        parcels.LeaseParcel: parcels.lease,
        parcels.OweCorrection: parcels.owe_correction,
        parcels.ForgetAddressee: parcels.forget,
        people.KnowBy: people.know_by,
        people.Forget: people.forget,
        preferences.KeepPreference: preferences.keep,
        preferences.UsePreference: preferences.use,
        feed.FollowFeed: feed.follow,
        feed.RewindCursor: feed.rewind,
        card_holders.KeepHolder: card_holders.keep,
        card_holders.Block: card_holders.block,
        closings.KeepClosing: closings.keep,
        decisions.KeepPack: decisions.keep_pack,
        displayed.KeepDisplayed: displayed.keep,
        shut_out.ShutOut: shut_out.shut,
        shut_out.LetIn: shut_out.let_in,
        consents.KeepConsent: consents.keep,
        devices.PairDevice: devices.pair,
        devices.SeenDevice: devices.seen,
        devices.RevokeDevice: devices.revoke,
    }
)
