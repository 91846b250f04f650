"""Plates of Asia, the Americas, Australia and Africa; see `layouts.py` for the pattern language."""

from __future__ import annotations

from training.plates.layouts import (
    BLACK,
    COLOUR,
    DARK,
    EU_TEXT,
    GB_TEXT,
    GREY,
    IN_LETTERS,
    IN_TEXT,
    MID,
    PALE,
    WHITE,
    YELLOW,
    Style,
)

ELSEWHERE: tuple[Style, ...] = (
    Style(
        "india one line",
        share=16,
        aspects=(3.6, 5.6),
        patterns=(
            "<in> <rto> AA 9999, <in> <rto> A 9999, <in><rto>AA9999, <in> <rto>AA 9999, "
            "<in><rto> AA 9999, <in>-<rto>-AA-9999, <in>.<rto>.AA.9999, <in> <rto> AA 999, "
            "<in>-<rto> A 999, <in> <rto> A 99, <in><rto>A9999, <in> 8=CAA 9999, <in>8=CAA9999, "
            "<in> <rto> <tc> 999, <in> <rto> <tc> 9999, <in> <rto> AA 8, <in><rto>(<tc>)999, "
            "<in> <rto> (<tc>) 9999, <in><rto>AA(A)9999, <in> <rto> (<tc>) 99, A9999, AA 99"
        ),
        colours=(
            (DARK, WHITE),
            (DARK, WHITE),
            (DARK, WHITE),
            (DARK, YELLOW),
            (WHITE, COLOUR),
            (WHITE, BLACK),
        ),
        letters=IN_LETTERS,
        families=IN_TEXT,
        heights=(0.45, 0.85),
        widths=(0.7, 0.98),
        left="ind",
        bottom="intext",
        border=0.6,
    ),
    Style(
        "india two lines",
        share=20,
        aspects=(1.3, 2.6),
        patterns=(
            "<in> <rto>|AA 9999, <in><rto>|AA9999, <in> <rto> A|9999, <in> <rto> AA|9999, "
            "<in><rto>AA|9999, <in>-<rto>-A|9999, <in>-<rto>|A-9999, <in><rto>A|999, "
            "<in>8=C|AA9999, <in> 8=CAA|9999, <in>.<rto>.|AA.9999, "
            "<in> <rto>|~AA~ 9999, <in><rto>|~AA~9999, <in> <rto> ~AA~|9999, <in><rto>AA|9999, "
            "<in>-<rto>|AA-9999, <in> <rto>|A 9999, <in><rto> <tc>|9999, <in><rto>(<tc>)|9999, "
            "<in> <rto>|AA|9999, <in><rto>|AA|9999, <in><rto>|A|9999, <in> <rto> A|999, "
            "<in><rto>|AA|9999, <in>-<rto>|AA|9999, <in><rto>A|99, <in><rto>AA99|99, "
            "<in>|<rto>AA9999, <in> <rto>|A 999"
        ),
        colours=((DARK, WHITE), (DARK, WHITE), (DARK, YELLOW), (WHITE, COLOUR), (WHITE, BLACK)),
        letters=IN_LETTERS,
        families=IN_TEXT,
        heights=(0.72, 0.93),
        widths=(0.7, 0.97),
        left="ind",
        border=0.6,
    ),
    Style(
        "pakistan one line",
        share=7,
        aspects=(1.7, 2.6),
        patterns="AAA-999, AA-999, AA - 999, AAA.999, AA-9999, AAA 9999, =I=DA 9999, A-999",
        colours=((DARK, WHITE), (DARK, WHITE), (MID, WHITE), (WHITE, BLACK), (DARK, YELLOW)),
        families=("stroke", "stroke", "narrow", "wide", "road"),
        heights=(0.4, 0.62),
        widths=(0.7, 0.95),
        left="picture",
        top="ict",
        bottom="pk",
        art=0.15,
        border=0.5,
    ),
    Style(
        "pakistan two lines",
        share=6,
        aspects=(1.4, 2.3),
        patterns=(
            "<pkl>|9999, <pkl>|999, <pkl> ~99~|9999, <pkl>-~99~|999, <pkl>~99~|9999=A, AAA|9999, "
            "AAA~99~|999, AA|999, <pkl>|99|9999, <pkl> -~99~|9999, AAA|99|999"
        ),
        colours=((DARK, WHITE), (DARK, WHITE), (WHITE, BLACK), (DARK, YELLOW)),
        families=("stroke", "stroke", "narrow", "sans", "painted"),
        heights=(0.68, 0.9),
        widths=(0.6, 0.92),
        left="picture",
        bottom="pk",
        border=0.5,
    ),
    Style(
        "pakistan private",
        share=4,
        aspects=(1.8, 4.6),
        patterns=(
            "<pkl> 9999, AAA 9999, AAA 999, <pkl> 99, <pkl>-~99~-9999, AAA-99-999, A 9999, A-9999"
        ),
        colours=((WHITE, BLACK), (DARK, WHITE), (DARK, YELLOW)),
        families=("wide", "painted", "sans", "stroke", "narrow"),
        heights=(0.35, 0.8),
        widths=(0.6, 0.95),
        bottom="pk",
        border=0.5,
    ),
    Style(
        "brazil",
        share=6,
        aspects=(2.8, 3.3),
        patterns="AAA-9999, AAA-9999, AAA.9999, AAA 9999",
        colours=((DARK, GREY), (DARK, GREY), (WHITE, COLOUR), (WHITE, BLACK)),
        families=EU_TEXT,
        heights=(0.58, 0.72),
        widths=(0.82, 0.97),
        top="br",
        border=0.5,
    ),
    Style(
        "brazil two lines",
        share=1,
        aspects=(1.0, 1.4),
        patterns="AAA|9999, AAA|9A99",
        colours=((DARK, PALE),),
        families=("stroke", "narrow"),
        heights=(0.6, 0.75),
        widths=(0.75, 0.95),
        top="br",
        border=0.5,
    ),
    Style(
        "mercosul, argentina",
        share=6,
        aspects=(2.9, 3.3),
        patterns="AAA9A99, AAA9A99, AA 999 AA, AA*999 AA, AA 999AA, AAA 9999, AAAA 999",
        colours=((DARK, WHITE), (MID, WHITE)),
        families=EU_TEXT,
        heights=(0.52, 0.66),
        widths=(0.82, 0.97),
        top="mercosul",
        border=0.5,
    ),
    Style(
        "argentina 1995",
        share=3,
        aspects=(2.4, 3.2),
        patterns="AAA 999, AAA*999, AAA-999",
        colours=((WHITE, BLACK),),
        families=("stroke", "narrow", "road"),
        heights=(0.5, 0.65),
        widths=(0.8, 0.96),
        top="mercosul",
        border=0.9,
    ),
    Style(
        "north america",
        share=16,
        aspects=(1.85, 2.15),
        patterns=(
            "9AAA999, 9AAA999, AAA 9999, AAA-9999, AAA*9999, AAA 999, 999 AAA, AAA*999, 999*AAA, "
            "999 AAA, 9999 AA, AA 9999, AA9 999, AAA9999, AA*99999, A99 AAA, AAA A99, AA99 AAA, "
            "999 9999, 99A 9AA, 9A9 AAA, AAAA 999, AA 99999, [AA]9999, [AA]99999, 9999[AA], "
            "99 A999, A999999, 9AA A99, 999AAA, A9A 9AA, A99*99A, AAAAAA, AAAAA, AAAAAAA, AAAA99, "
            "A A A, AAA*99"
        ),
        colours=(
            (DARK, WHITE),
            (MID, WHITE),
            (DARK, PALE),
            (MID, PALE),
            (WHITE, COLOUR),
            (WHITE, BLACK),
        ),
        families=("stroke", "stroke", "stroke", "road", "narrow"),
        heights=(0.4, 0.58),
        widths=(0.72, 0.97),
        top="state",
        bottom="slogan",
        art=0.45,
        border=0.35,
    ),
    Style(
        "australia, new zealand",
        share=3,
        aspects=(2.5, 4.2),
        patterns=(
            "AAA 999, AAA-999, AAA*99A, 999*AAA, 9AA*9AA, AA*99*AA, AA-99-AA, AAA999, 9999 AA, "
            "=S999-AAA"
        ),
        colours=((DARK, WHITE), (MID, YELLOW), (MID, WHITE), (WHITE, BLACK)),
        families=("stroke", "narrow", "road"),
        heights=(0.5, 0.7),
        widths=(0.75, 0.97),
        bottom="au",
        border=0.6,
    ),
    Style(
        "singapore, malaysia, hong kong",
        share=4,
        aspects=(2.5, 5.0),
        patterns=(
            "<sg> 9999 A, <sg>9999A, <my> 9999, <my> 999, AA 9999, <my>9999, <sg> 99 A, A 9999, "
            "AA 999"
        ),
        colours=((WHITE, BLACK), (DARK, WHITE), (DARK, YELLOW)),
        families=GB_TEXT,
        heights=(0.55, 0.85),
        widths=(0.65, 0.97),
        border=0.5,
    ),
    Style(
        "asia two lines",
        share=2,
        aspects=(1.2, 2.0),
        patterns=(
            "<my>|9999, <sg>|9999A, AA|9999, AAA|999, A 9999|AA, 99-A9|999.99, 99A|9999, "
            "99-AA|9999, AA 99|9999"
        ),
        colours=((WHITE, BLACK), (DARK, WHITE), (DARK, YELLOW)),
        families=("stroke", "narrow", "sans"),
        heights=(0.7, 0.9),
        widths=(0.6, 0.95),
        border=0.5,
    ),
    Style(
        "china",
        share=4,
        aspects=(2.9, 3.4),
        patterns=(
            "<cn>*99999, <cn>*A9999, <cn>*9A999, <cn>*99A99, <cn>.A9A99, <cn>.999A9, <cn>*AA9999, "
            "<cn>.999AA, <cn>-99999"
        ),
        colours=((WHITE, COLOUR), (WHITE, BLACK), (DARK, PALE)),
        families=("stroke", "stroke", "narrow"),
        heights=(0.6, 0.78),
        widths=(0.75, 0.85),
        left="kanji",
        border=0.8,
    ),
    Style(
        "japan, korea",
        share=2,
        aspects=(1.9, 4.2),
        patterns=("999 9999, 99 9999, *999|99-99, *99|99-99, *999*|8-99, *399*|99-99, *599|99-99"),
        colours=((DARK, WHITE), (WHITE, COLOUR), (MID, YELLOW)),
        families=("stroke", "narrow"),
        heights=(0.5, 0.85),
        widths=(0.7, 0.9),
        left="kanji",
        border=0.3,
    ),
    Style(
        "gulf, north africa",
        share=3,
        aspects=(2.0, 4.8),
        patterns=(
            "<kw>-99999, 99999, A 99999, A-9999, 999999, 9999, 9 99999, AAA 9999, 99-99999, "
            "999 AAA, 9999 AAA"
        ),
        colours=((DARK, WHITE), (DARK, YELLOW), (WHITE, COLOUR)),
        families=("stroke", "sans", "narrow", "road"),
        heights=(0.4, 0.75),
        widths=(0.6, 0.9),
        left="kanji",
        top="gulf",
        border=0.8,
    ),
    Style(
        "africa, others",
        share=4,
        aspects=(1.9, 4.9),
        patterns=(
            "AAA 999A, AAA 999, AAA 9999, AA 99 AA=GP, AA 99 AA =GP, A 999 999, 9999 AA 99, "
            "AA 999-99, AA 9999 A, A 99999, 999-999, =P-999 999, AAA-9999, AA-999-AA, A99999, "
            "A 9999 AA, 99 AA 9999, AA 999 99, CA 999-999, AA-9999-99"
        ),
        colours=((DARK, WHITE), (DARK, YELLOW), (MID, WHITE), (WHITE, COLOUR)),
        families=GB_TEXT,
        heights=(0.45, 0.8),
        widths=(0.7, 0.97),
        left="eu",
        art=0.1,
        border=0.5,
    ),
    Style(
        "diplomatic, army",
        share=1,
        aspects=(2.0, 4.8),
        patterns=(
            "99 <dip> 99, 999 <dip> 9, <dip> 99-99, 99-9999, 99A 99999=W, 99 A 99999, 999-999, "
            "<dip>-999-99"
        ),
        colours=((DARK, WHITE), (WHITE, COLOUR), (WHITE, BLACK)),
        families=("stroke", "narrow", "sans"),
        heights=(0.5, 0.75),
        widths=(0.7, 0.95),
        border=0.5,
    ),
)
