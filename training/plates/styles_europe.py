"""Plates of Europe, from Ireland to Turkey; see `layouts.py` for the pattern language."""

from __future__ import annotations

from training.plates.layouts import (
    BLACK,
    DARK,
    EU_TEXT,
    GB_LETTERS,
    GB_TEXT,
    MID,
    WHITE,
    YELLOW,
    Style,
)

EUROPE: tuple[Style, ...] = (
    Style(
        "germany",
        share=6,
        aspects=(4.2, 4.9),
        patterns=(
            "<d>*AA 999, <d>*AA 9999, <d>*A 999, <d>*A 99, <d>*AA 99, <d>*A 9999, <d>*AA 99=H, "
            "<d>*AA 9=E"
        ),
        colours=((DARK, WHITE),),
        families=EU_TEXT,
        heights=(0.62, 0.78),
        widths=(0.75, 0.97),
        left="eu",
        border=0.9,
    ),
    Style(
        "austria, switzerland",
        share=3,
        aspects=(4.3, 4.8),
        patterns=(
            "A*999AA, AA*999AA, AA*99 AA, A*9999A, AA*999 999, AA 99999, AA.99 999, AA*9 AAA, "
            "<d>*9AAA"
        ),
        colours=((DARK, WHITE),),
        families=EU_TEXT,
        heights=(0.6, 0.78),
        widths=(0.75, 0.97),
        left="eu",
        border=0.8,
    ),
    Style(
        "france, italy",
        share=5,
        aspects=(4.3, 4.9),
        patterns=(
            "<fr><fr>-999-<fr><fr>, <it><it> 999<it><it>, <it><it>*999<it><it>, 999 AA 99, "
            "9999 AA 99, 999 AAA 99"
        ),
        colours=((DARK, WHITE), (DARK, WHITE), (DARK, WHITE), (DARK, YELLOW)),
        families=EU_TEXT,
        heights=(0.6, 0.8),
        widths=(0.8, 0.98),
        left="eu",
        right="eu",
        border=0.3,
    ),
    Style(
        "iberia, benelux, nordic",
        share=7,
        aspects=(4.2, 4.9),
        patterns=(
            "9999 <es><es><es>, 99-99-AA, 99-AA-99, AA-99-AA, AA-999-A, 9-AAA-99, AA-AA-99, "
            "9-AAA-999, AAA-999, AAA 999, AAA*999, AA 99 999, AA 99999, AAA-99=A, A-9999-AA, "
            "99-AAA-9, =D=A 16406, AA 9999"
        ),
        colours=((DARK, WHITE), (DARK, YELLOW), (DARK, WHITE), (MID, WHITE)),
        families=EU_TEXT,
        heights=(0.58, 0.8),
        widths=(0.75, 0.97),
        left="eu",
        border=0.7,
    ),
    Style(
        "romania, poland, east",
        share=9,
        aspects=(4.2, 4.9),
        patterns=(
            "<ro> 99 AAA, <ro> 999 AAA, <ro>*99*AAA, <pl> 9999A, <pl>*99999, <pl>*999AA, "
            "<pl>*9AA99, <pl>*9999A, <hr>*999-AA, <hr>*9999-AA, <hr> 999-AA, AAA 999, 9A9 9999, "
            "9AA 9999, <cy><cy> 9999 <cy><cy>, <cy> 9999 <cy><cy>, AAA*999, <gr><gr><gr>-9999, "
            "AA 999 AA, AA-999-AA, AA*99-99, AA 99-99, AAA-999"
        ),
        colours=((DARK, WHITE), (DARK, WHITE), (DARK, WHITE), (WHITE, BLACK)),
        families=EU_TEXT,
        heights=(0.58, 0.8),
        widths=(0.75, 0.97),
        left="eu",
        border=0.8,
    ),
    Style(
        "ukraine, russia, turkey",
        share=6,
        aspects=(4.2, 4.9),
        patterns=(
            "<ua>9999<cy><cy>, <ua> 9999 <cy><cy>, <ua> 9999 <cy><cy>, <cy>999<cy><cy>~ 99~, "
            "<cy>999<cy><cy> ~999~, <tr> AA 999, <tr> A 9999, <tr> AAA 99, <tr> AA 9999, "
            "99 AA 999, <tr> AA 99, 99-AA-999, 99 999 99, 9999 AA-9, 99-999-99"
        ),
        colours=((DARK, WHITE),),
        families=EU_TEXT,
        heights=(0.58, 0.8),
        widths=(0.75, 0.97),
        left="eu",
        border=0.8,
    ),
    Style(
        "europe two lines",
        share=4,
        aspects=(1.25, 2.2),
        patterns=(
            "<d>*A|9999, <d>*|AA 999, AA*999|AA, =A AA|9999, <ro> 99|AAA, <pl>*|9999A, A 999|AAA, "
            "AAA|999, 99 AA|999, <fr><fr>-999|<fr><fr>, <ua>|9999<cy><cy>, AA 99|AAA, A999|AAA, "
            "9999|AAA, <gbarea><gbage>|AAA, AA|99 99"
        ),
        colours=((DARK, WHITE), (DARK, WHITE), (DARK, YELLOW)),
        families=EU_TEXT,
        heights=(0.72, 0.92),
        widths=(0.65, 0.95),
        left="eu",
        border=0.7,
    ),
    Style(
        "britain",
        share=10,
        aspects=(4.2, 4.9),
        patterns=(
            "<gbarea><gbage> AAA, <gbarea><gbage> AAA, A999 AAA, A99 AAA, A9 AAA, AAA 999A, "
            "AAA 99A, AAA 9, AA 99, 9 AAA, 99 AA, AAA 999, 999 AAA, A9 AAA, AAA9999, A8, 8 A, "
            "AA99AAA, AA99 AAA"
        ),
        colours=((DARK, WHITE), (DARK, YELLOW), (WHITE, BLACK)),
        letters=GB_LETTERS,
        families=GB_TEXT,
        heights=(0.6, 0.8),
        widths=(0.6, 0.95),
        left="eu",
        bottom="dealer",
        border=0.4,
    ),
    Style(
        "ireland",
        share=2,
        aspects=(4.3, 4.8),
        patterns=(
            "99-<ie>-9999, 999-<ie>-99999, 99-<ie>-99999, 99-D-999, 999-<ie>-9999, 999-D-99999, "
            "9999 AA, AAA 999"
        ),
        colours=((DARK, WHITE),),
        families=GB_TEXT,
        heights=(0.5, 0.72),
        widths=(0.75, 0.97),
        left="eu",
        top="ie",
        bottom="dealer",
        border=0.5,
    ),
)
