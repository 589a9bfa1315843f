"""What all letter paper has in common: it is frozen, a stranger's key is an error."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Frozen, and a stranger's key is an error; errors never quote the content."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Part(Model):
    """Of a receipt or a record: made ready at its first use, some 10 ms for all of them.

    The relay looks at the gist only, and does not pay for what it never reads.
    """

    model_config = ConfigDict(defer_build=True)
