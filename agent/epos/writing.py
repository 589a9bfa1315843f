"""A document while it is translated: the job so far, and what its elements have set."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.epos.grammar import Order
from agent.epos.job import ESC, Job, align


class Writing:
    """``handlers`` are those of all elements: a page has elements in it."""

    def __init__(self, job: Job, handlers: Mapping[str, Handler]) -> None:
        self.job = job
        self.on_page = False
        self._handlers = handlers
        self.forget()

    def forget(self) -> None:
        """As at the beginning of a document."""
        self.lang = "en"
        self.wide = self.tall = 1
        self.many_colours = False

    def obey(self, order: Order) -> None:
        self._handlers[order.name](self, order)

    def align(self, order: Order) -> None:
        """A page has no alignment."""
        if "align" in order.given and not self.on_page:
            self.job.order(align(order.number("align", 0)))

    def rotate(self, order: Order) -> None:
        if "rotate" in order.given:
            self.job.order(ESC + b"{" + bytes((order.number("rotate", 0),)))

    def place(self, raw: bytes) -> None:
        """On the roll at the beginning of a line, on a page at its pen."""
        if raw and not self.on_page:
            self.job.at_line_start()
        self.job.order(raw)


Handler = Callable[[Writing, Order], None]
"""What an element does."""
