"""Make the two shipped font files: static Regular and Bold out of the variable Noto Sans.

Papers embed the font, and the PDF library reads static TrueType outlines only. No script is cut from the
font: a name in Latin, Greek, Cyrillic or Vietnamese letters prints as it is written. Reproducible: the same
package gives the same bytes.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
SOURCE = files("fontpkg_noto_sans")
WEIGHTS = {"Regular": 400, "Bold": 700}
# What one file may weigh: each is embedded (cut to the letters used) in every paper, and loaded at each start.
LARGEST = 700_000


def static(weight_name: str, weight: int) -> TTFont:
    """The variable font pinned at one weight and at its normal width, named as a family of its own."""
    font = TTFont(str(SOURCE / "files" / "NotoSans[wdth,wght].ttf"), recalcTimestamp=False)
    made = instancer.instantiateVariableFont(font, {"wght": weight, "wdth": 100}, updateFontNames=True)
    # Hinting is for screens of long ago and a third of the file; the outlines themselves stay untouched.
    options = subset.Options(
        hinting=False,
        glyph_names=False,
        name_IDs=["*"],
        name_languages=["*"],
        notdef_outline=True,
        layout_features=["*"],
        drop_tables=[],
        recalc_timestamp=False,
    )
    keep = subset.Subsetter(options)
    keep.populate(unicodes=made.getBestCmap())
    keep.subset(made)
    if made["name"].getDebugName(2) != weight_name:
        raise SystemExit(f"the instance is called {made['name'].getDebugName(2)}, not {weight_name}")
    return made


def main() -> None:
    FONTS.mkdir(parents=True, exist_ok=True)
    for weight_name, weight in WEIGHTS.items():
        path = FONTS / f"NotoSans-{weight_name}.ttf"
        static(weight_name, weight).save(str(path), reorderTables=True)
        size = path.stat().st_size
        print(f"{path.name}: {size} bytes")
        if size > LARGEST:
            sys.exit(f"{path.name} is larger than {LARGEST} bytes")
    (FONTS / "OFL.txt").write_text((SOURCE / "LICENSE").read_text("utf-8"), "utf-8")


if __name__ == "__main__":
    main()
