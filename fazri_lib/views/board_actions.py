"""Buttons with which a reader of a board answers its question."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import panel as pn  # noqa: TID251 - views is where Panel belongs
import panel_material_ui as pmui  # first: it restyles every page of the process

from fazri_lib.views.board_look import css

if TYPE_CHECKING:
    from collections.abc import Callable

_MATERIAL: Any = pmui  # its classes carry no types
WITHDRAW = "withdraw"
_ANSWERS = (
    ("Same person", "same"), ("Two people", "different"), ("Not sure", "unsure"), ("Withdraw my last", WITHDRAW),
)  # fmt: skip
_REASON = "Reason, without names (optional)"
_LONGEST_REASON = 200
_SETTLE_S = 1.0
_BUTTON: Any = {"size": "small", "variant": "outlined", "margin": 0}


class Actions:
    """The buttons that answer a question about records, and a field for the reason.

    A press within a moment after the question has changed is not heard: it was meant for the one before.

    Args:
        pressed: called with the word of a button and the text of the field, which is then empty again.

    Attributes:
        view: what is laid out.
    """

    def __init__(self, pressed: Callable[[str, str], None]) -> None:
        self._pressed = pressed
        self._last = -_SETTLE_S
        self._field = _MATERIAL.TextInput(label=_REASON, max_length=_LONGEST_REASON, size="small", margin=0)
        self._buttons = [self._button(label, word) for label, word in _ANSWERS]
        self.view = pn.Row(
            *self._buttons, self._field, stylesheets=[css("fields")], sizing_mode="stretch_width", margin=0
        )

    def settle(self) -> None:
        """Hear no press for a moment: the question has just changed."""
        self._last = time.monotonic()

    def _button(self, label: str, word: str) -> Any:
        return _MATERIAL.Button(label=label, on_click=lambda _event: self._press(word), **_BUTTON)

    def _press(self, word: str) -> None:
        if time.monotonic() - self._last < _SETTLE_S:
            return
        text, self._field.value = self._field.value or "", ""
        self._pressed(word, text)
        self.settle()
