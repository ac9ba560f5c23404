"""What a board asks, and the values that its reader chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from fazri_lib.campus.answer import Answer


class Choice:
    """A value that the reader chooses. It stands in the page's address under its name.

    Attributes:
        name: of the notebook's parameter.
        value: chosen now.
    """

    def __init__(self, name: str, value: Any) -> None:
        self.name, self.value = name, value


@dataclass(slots=True)
class Asked:
    """A card and what it asks."""

    card: Any
    question: str
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    chosen: Choice | None = None
    shown: Callable[[Answer], None] | None = None
    is_hidden: bool = False

    def depends_on(self, choice: Choice) -> bool:
        """Tell whether a choice changes the answer."""
        return choice is self.chosen or any(item is choice for item in (*self.arguments, *self.named.values()))
