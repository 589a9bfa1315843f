"""Page mode: a sheet that is written in any order and direction, then printed.

The printing area (ESC W) is seen from its own reading direction (ESC T): x runs
along the text, y across the lines, both in dots from the corner where reading
starts.  Whatever is written stands on the pen's y, so that something taller reaches
up, and what would leave the area is lost; a page begins with the foot of a standard
character of 24 dots (Epson ESC/POS, ESC L, ESC W, ESC T, GS $).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PIL import Image

from hardware_sim import ink
from hardware_sim.marks import COLUMN_DOTS, Bits, Picture, Run, in_columns

DEFAULT_DEPTH_DOTS: Final = 1662
"""The page's height until ESC W says otherwise (dyL 126, dyH 6)."""
MOST_DEPTH_DOTS: Final = 2400
"""The printer's page memory ends here; areas are cut to it."""
BASE_DOTS: Final = 24
"""The pen's y on a fresh area: a standard character fits above it."""
MOST_LINES: Final = 300
MOST_LINE_CHARS: Final = 300
"""Text kept of one page; more than can be read on it needs no memory."""

_Place = tuple[int, int, int]
"""A line of text: which area it is in, how that is read, and where in it."""

_Turn = Callable[[Image.Image], Image.Image]
_TURNS: Final[tuple[_Turn, ...]] = (
    lambda image: image,
    lambda image: image.transpose(Image.Transpose.ROTATE_90),
    lambda image: image.transpose(Image.Transpose.ROTATE_180),
    lambda image: image.transpose(Image.Transpose.ROTATE_270),
)
"""ESC T n: 0 from upper left, 1 lower left upwards, 2 lower right, 3 upper right."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the page, in dots of the paper."""

    x: int
    y: int
    wide: int
    deep: int


class Page:
    """ESC T's direction stays until ESC @; the area until the page is left."""

    def __init__(self, width_dots: int) -> None:
        self._whole = Area(0, 0, width_dots, DEFAULT_DEPTH_DOTS)
        self.direction = 0
        self.area = self._whole
        self._sheet = Image.new("L", (width_dots, 1), 0)
        self._lines: dict[_Place, str] = {}
        self._printed: Picture | None = None
        self.leave()

    def leave(self) -> None:
        """ESC S, and FF once it has printed: nothing stays of what was written."""
        self.area = self._whole
        self._areas = 0
        self._bottom = 0
        self._sheet = Image.new("L", (self._whole.wide, 1), 0)
        self._lines = {}
        self._printed = None
        self.home()

    def home(self) -> None:
        """The pen to where reading starts."""
        self.x, self.y = 0, BASE_DOTS

    @property
    def sideways(self) -> bool:
        """Reading runs along the paper: motion units change places."""
        return self.direction % 2 == 1

    @property
    def room_dots(self) -> int:
        """How long a line of the area is."""
        return self.area.deep if self.sideways else self.area.wide

    @property
    def depth_dots(self) -> int:
        """What the area holds across its lines."""
        return self.area.wide if self.sideways else self.area.deep

    @property
    def written(self) -> bool:
        """There is something to print, be it only the white of an area (ESC W)."""
        return self._bottom > 0

    @property
    def mid_line(self) -> bool:
        return self.x > 0

    def choose_area(self, x: int, y: int, wide: int, deep: int) -> None:
        """ESC W; an area that starts outside of the page or has no size is ignored."""
        width = self._whole.wide
        if not (wide and deep and x < width and y < MOST_DEPTH_DOTS):
            return
        self.area = Area(x, y, min(wide, width - x), min(deep, MOST_DEPTH_DOTS - y))
        self._areas += 1
        self._bottom = max(self._bottom, self.area.y + self.area.deep)
        self.home()

    def choose_depth(self, deep: int) -> None:
        """GS ( P 48: how tall the page is where no area says otherwise."""
        whole = Area(0, 0, self._whole.wide, max(1, min(deep, MOST_DEPTH_DOTS)))
        if self.area == self._whole:
            self.area = whole
        self._whole = whole

    def choose_direction(self, n: int) -> None:
        """ESC T: the pen goes to the corner where it starts."""
        self.direction = n
        self.home()

    def move(self, x: int, y: int) -> None:
        """ESC $, GS $ and their relatives; outside of the area they are ignored."""
        if 0 <= x <= self.room_dots and 0 <= y <= self.depth_dots:
            self.x, self.y = x, y

    def feed(self, dots: int) -> None:
        """Every feed only moves the pen: to the next line's start."""
        self.x = 0
        self.y = min(max(self.y + dots, 0), MOST_DEPTH_DOTS * 2)

    def put(self, thing: Run | Bits) -> None:
        """Something standing in the line, at its own x."""
        drawn = ink.mask(thing)
        self.stamp(drawn, thing.x, self.y - drawn.height)
        self.x = thing.end
        if isinstance(thing, Run):
            self._say(thing.x // COLUMN_DOTS, thing.text)

    def _say(self, column: int, text: str) -> None:
        place = (self._areas, self.direction, self.y)
        if place in self._lines or len(self._lines) < MOST_LINES:
            before = self._lines.get(place, "")
            if len(before) < MOST_LINE_CHARS:
                self._lines[place] = in_columns([(0, before), (column, text)])

    def stamp(self, drawn: Image.Image, left: int, top: int) -> None:
        """Ink with its upper left corner there, as the area is read."""
        width, depth = self.room_dots, self.depth_dots
        x, y = max(left, 0), max(top, 0)
        end, foot = min(left + drawn.width, width), min(top + drawn.height, depth)
        if end <= x or foot <= y:
            return
        kept = drawn.crop((x - left, y - top, end - left, foot - top))
        area = self.area
        corner = (
            (area.x + x, area.y + y),
            (area.x + y, area.y + area.deep - end),
            (area.x + area.wide - end, area.y + area.deep - foot),
            (area.x + area.wide - foot, area.y + x),
        )[self.direction]
        self._reach(area.y + area.deep)
        ink.stamp(self._sheet, _TURNS[self.direction](kept), corner)
        self._printed = None

    def _reach(self, bottom: int) -> None:
        """The sheet is only as tall as what was written asks for."""
        self._bottom = max(self._bottom, bottom)
        if self._sheet.height < bottom:
            taller = Image.new("L", (self._sheet.width, bottom), 0)
            taller.paste(self._sheet, (0, 0))
            self._sheet = taller

    def cancel(self) -> None:
        """CAN: whatever stands in the current area is gone, from other areas too."""
        area = self.area
        box = (area.x, area.y, area.x + area.wide, area.y + area.deep)
        self._sheet.paste(0, box)
        for place in [place for place in self._lines if place[0] == self._areas]:
            del self._lines[place]
        self._printed = None

    def picture(self) -> Picture:
        """The page down to the foot of its lowest area; the same one if unchanged."""
        if self._printed is None or self._printed.image.height != self._bottom:
            size = (0, 0, self._sheet.width, self._bottom)
            lines = tuple(self._lines[place].rstrip() for place in sorted(self._lines))
            self._printed = Picture(0, self._sheet.crop(size), lines)
        return self._printed
