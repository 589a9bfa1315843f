"""2D symbols (GS ( k): settings and stored data of each kind, drawn by zxing-cpp.

QR model 1 is drawn as model 2, and of a composite only the linear part: the
writer has neither, and the printer says so.  Refuses what a symbol can't say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from PIL import Image

from hardware_sim import bars
from hardware_sim.marks import Symbol

_NAMES: Final = {
    48: "PDF417", 49: "QRCode", 50: "MaxiCode", 51: "DataBar", 52: "Composite", 53: "Aztec",
    54: "DataMatrix",
}  # fmt: skip
_QR_LEVELS: Final = {48: "L", 49: "M", 50: "Q", 51: "H"}
_QR_MODEL_1, _QR_MICRO = 49, 51
_STACKED: Final = {72: "DataBarStk", 73: "DataBarStkOmni", 76: "DataBarExpStk"}
_LINEAR: Final = {
    65: "EAN8", 66: "EAN13", 67: "UPCA", 68: "UPCE", 70: "DataBarOmni", 71: "DataBarTruncated",
    72: "DataBarStk", 73: "DataBarStkOmni", 74: "DataBarLtd", 75: "DataBarExp", 76: "DataBarExpStk",
    77: "GS1-128",
}  # fmt: skip
"""GS ( k 52 80: the linear part of a composite."""
_LINEAR_MODULES: Final = 30
"""Height of a composite's linear part."""
_DEFAULT_MODULE: Final = {51: 2, 52: 2}
_PDF417_ROW_MODULES: Final = 3
"""Height of a PDF417 row in modules (GS ( k 48 68, default 3)."""
_PDF417_LEVELS: Final = (
    (3, 1),
    (10, 2),
    (20, 3),
    (45, 4),
    (100, 5),
    (200, 6),
    (400, 7),
)
"""Error correction codewords asked for (GS ( k 48 69, m = 49) to level."""
_MAXI_DOTS: Final = 225
"""28.14 mm: a MaxiCode has one size (ISO/IEC 16023)."""
_MAXI_FINE: Final = 3
"""How much finer it is drawn first: its hexagons don't fall on dots."""
_SQUARE_SIZES: Final = (
    10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48, 52, 64, 72, 80, 88, 96, 104, 120, 132,
    144,
)  # fmt: skip
"""ISO/IEC 16022, table 7: rows of the square symbols, in order of version."""
_RECTANGLES: Final = ((8, 18), (8, 32), (12, 26), (12, 36), (16, 36), (16, 48))


@dataclass(slots=True)
class Settings:
    """What was set for one kind; ``module_dots`` by function 67."""

    module_dots: int = 3
    values: dict[int, bytes] = field(default_factory=dict)
    data: bytes = b""

    def value(self, function: int, default: bytes) -> bytes:
        """The bytes last set by that function, padded with the default's."""
        given = self.values.get(function, b"")
        return given[: len(default)] + default[len(given) :]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A symbol on its way to paper; ``note`` says where it isn't as asked for."""

    symbol: Symbol
    image: Image.Image
    note: str = ""


class SymbolMemory:
    """GS ( k: one :class:`Settings` for each kind (``cn``)."""

    def __init__(self) -> None:
        self._kinds: dict[int, Settings] = {}

    def _of(self, kind: int) -> Settings:
        if kind not in _NAMES:
            return Settings()
        fresh = Settings(_DEFAULT_MODULE.get(kind, 3))
        return self._kinds.setdefault(kind, fresh)

    def set(self, kind: int, function: int, args: bytes) -> None:
        """Function 80 stores, 67 is the module's width, the others are kept as sent."""
        settings = self._of(kind)
        if function == 80:
            settings.data = args[1:]
        elif function == 67 and args:
            settings.module_dots = max(1, min(args[0], 16))
        elif args:
            settings.values[function] = args[:4]

    def draw(self, kind: int) -> Drawn | None:
        """Function 81; ``None`` when nothing is stored.

        Raises:
            ValueError: the data can't be said in this symbol.
        """
        settings = self._of(kind)
        if kind not in _DRAWERS or not settings.data:
            return None
        return _DRAWERS[kind](settings)


def _text_or_bytes(data: bytes) -> str | bytes:
    """As text where it is UTF-8, which is what readers of bare bytes guess."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


def _scaled(image: Image.Image, across: int, down: int | None = None) -> Image.Image:
    size = (image.width * across, image.height * (across if down is None else down))
    return image.resize(size, Image.Resampling.NEAREST)


def _qr(settings: Settings) -> Drawn:
    """65: model, 69: error correction."""
    model, level = settings.value(65, b"2")[0], settings.value(69, b"0")[0]
    system = "MicroQRCode" if model == _QR_MICRO else "QRCode"
    options = {"ec_level": _QR_LEVELS.get(level, "L")}
    if system == "MicroQRCode" and options["ec_level"] == "H":
        raise ValueError("Micro QR has no level H")
    image = bars.pattern(system, _text_or_bytes(settings.data), options)
    note = "QR model 1 drawn as model 2" if model == _QR_MODEL_1 else ""
    return Drawn(
        Symbol(system, settings.data), _scaled(image, settings.module_dots), note
    )


def _pdf417(settings: Settings) -> Drawn:
    """65: columns, 66: rows, 68: row height, 69: error correction, 70: truncated."""
    columns, rows = settings.value(65, b"\0")[0], settings.value(66, b"\0")[0]
    truncated = settings.value(70, b"\0")[0] % 48 == 1
    options: dict[str, Any] = {"ec_level": _pdf417_level(settings)}
    options |= {"columns": columns} if columns else {}
    options |= {"rows": rows} if rows else {}
    system = "CompactPDF417" if truncated else "PDF417"
    image = bars.pattern(system, _text_or_bytes(settings.data), options)
    # zxing-cpp draws a row three dots tall: one is enough to start from.
    thin = image.resize((image.width, image.height // 3), Image.Resampling.NEAREST)
    across = settings.module_dots
    tall = max(1, settings.value(68, bytes([_PDF417_ROW_MODULES]))[0])
    return Drawn(Symbol("PDF417", settings.data), _scaled(thin, across, across * tall))


def _pdf417_level(settings: Settings) -> str:
    """69 m n: a level (48) or a share of the data in tenths (49, n = 1 by default)."""
    m, n = settings.value(69, b"1\x01")
    if m == 48:
        return str(min(max(n - 48 if n >= 48 else n, 0), 8))
    data_words = len(settings.data) * 2 // 3 + 1
    wanted = data_words * n // 10
    return str(next((level for most, level in _PDF417_LEVELS if wanted <= most), 8))


def _maxi(settings: Settings) -> Drawn:
    """65: mode 2-6; its size is fixed."""
    mode = settings.value(65, b"2")[0] - 48
    options = {"mode": mode} if mode in (4, 5, 6) else {}
    content = _text_or_bytes(settings.data)
    fine = bars.pattern("MaxiCode", content, options, _MAXI_FINE)
    size = (_MAXI_DOTS, round(_MAXI_DOTS * fine.height / fine.width))
    image = fine.resize(size, Image.Resampling.BOX)
    solid = image.point(lambda value: 255 if value >= 128 else 0)
    return Drawn(Symbol("MaxiCode", settings.data), solid)


def _stacked(settings: Settings) -> Drawn:
    """80 n d..: 72 stacked, 73 stacked omnidirectional, 76 expanded stacked."""
    system, data = _STACKED.get(settings.data[0], ""), settings.data[1:]
    if not system:
        raise ValueError("no such GS1 DataBar")
    image = _stacked_pattern(system, data, settings)
    return Drawn(Symbol(system, data), _scaled(image, settings.module_dots))


def _stacked_pattern(system: str, data: bytes, settings: Settings) -> Image.Image:
    if system != "DataBarExpStk":
        return bars.pattern(system, bars.gs1_number(data), {})
    most_dots = int.from_bytes(settings.value(71, b"\0\0"), "little")
    content = data.decode("latin-1")
    pair_dots = 49 * settings.module_dots
    options = {"columns": max(1, most_dots // pair_dots)} if most_dots else {}
    return bars.pattern(system, content, options)


def _composite(settings: Settings) -> Drawn:
    """80 a b d..: only the linear part (a = 48) can be drawn."""
    part, kind, data = settings.data[:1], settings.data[1:2], settings.data[2:]
    system = _LINEAR.get(int.from_bytes(kind, "big"), "")
    if part != b"0" or not system:
        raise ValueError("only the linear part of a composite can be drawn")
    if system in _STACKED.values():
        image = _scaled(_stacked_pattern(system, data, settings), settings.module_dots)
    else:
        code = bars.encoded(system, data)
        height = _LINEAR_MODULES * settings.module_dots
        image = bars.drawn(system, code, settings.module_dots, height)
    note = "the 2D part of a composite is not drawn"
    return Drawn(Symbol(system, data), image, note)


def _aztec(settings: Settings) -> Drawn:
    """66 n1 n2: kind and layers, 69: error correction in percent."""
    percent = settings.value(69, b"\x17")[0]
    layers = settings.value(66, b"\0\0")[1]
    options: dict[str, Any] = {"ec_level": f"{percent}%"}
    if layers:  # versions count the compact sizes 1-4 first
        compact = settings.value(66, b"\0\0")[0] % 48 == 1
        options = {"version": layers if compact else layers + 4}
    image = bars.pattern("Aztec", _text_or_bytes(settings.data), options)
    return Drawn(Symbol("Aztec", settings.data), _scaled(image, settings.module_dots))


def _data_matrix(settings: Settings) -> Drawn:
    """66 m d1 d2: square (0) or rectangular (1), columns and rows; 0 is automatic."""
    m, wide, high = settings.value(66, b"\0\0\0")
    options: dict[str, Any] = {"force_square": True}
    if m % 48 == 1:
        shape = (high, wide)
        place = _RECTANGLES.index(shape) if shape in _RECTANGLES else None
        options = {} if place is None else {"version": 25 + place}
    elif wide in _SQUARE_SIZES:
        options = {"version": _SQUARE_SIZES.index(wide) + 1}
    image = bars.pattern("DataMatrix", _text_or_bytes(settings.data), options)
    return Drawn(
        Symbol("DataMatrix", settings.data), _scaled(image, settings.module_dots)
    )


_DRAWERS: Final[dict[int, Callable[[Settings], Drawn]]] = {
    48: _pdf417,
    49: _qr,
    50: _maxi,
    51: _stacked,
    52: _composite,
    53: _aztec,
    54: _data_matrix,
}
