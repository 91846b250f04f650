"""The formats of the world's number plates, as data.

A format is written with `A` for a letter of the region, `9` for a digit, `<x>` for one of
`WORDS[x]`, and anything in `[ ]` for itself. Dashes, spaces, seals and the letters of a blue band
are left out, as a reading leaves them out. Formats tell the letter O from the digit 0 by its
position, which is their main use.

Regions are named by ISO 3166 in lower case, states of a federation after a dash (`us-ca`). Source:
the regions' articles "Vehicle registration plates of ..." in Wikipedia, read in November 2026.
Series of past decades are included if such plates are still on the road. A missing format does no
harm: a plate that fits none is returned as it was read.
"""

from dataclasses import dataclass

ALPHABETS = {
    "ALL": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "NO_IO": "ABCDEFGHJKLMNPQRSTUVWXYZ",
    "NO_IOQ": "ABCDEFGHJKLMNPRSTUVWXYZ",
    "NO_IQ": "ABCDEFGHJKLMNOPRSTUVWXYZ",
    "NO_IOU": "ABCDEFGHJKLMNPQRSTVWXYZ",
    "NO_IOQU": "ABCDEFGHJKLMNPRSTVWXYZ",
    "CONSONANTS": "BCDFGHJKLMNPRSTVWXYZ",
    "GREEK": "ABEHIKMNOPTXYZ",  # letters that Greek and Latin share
    "CYRILLIC": "ABCEHIKMOPTXY",  # letters that Cyrillic and Latin share
    "ARABIC": "ABDEGHJKLNRSTUVXZ",  # the Latin letters beside the 17 Arabic ones of a Saudi plate
}

WORDS_AS_WRITTEN = {
    "in": """
    AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ SK
    TG TN TR TS UA UK UP WB""",  # states and union territories, also before they were renamed
    "ie": """
    C CE CN CW D DL G KE KK KY L LD LH LK LM LS MH MN MO OY RN SO T TN TS W WD WH WW
    WX""",  # counties
    "ro": """
    AB AG AR B BC BH BN BR BT BV BZ CJ CL CS CT CV DB DJ GJ GL GR HD HR IF IL IS MH MM MS NT OT PH
    SB SJ SM SV TL TM TR VL VN VS""",  # counties
    "ch": """
    AG AI AR BE BL BS FR GE GL GR JU LU NE NW OW SG SH SO SZ TG TI UR VD VS ZG ZH""",  # cantons
    "hr": """
    BJ BM CK DA DE DJ DU GS IM KA KC KR KT KZ MA NA NG OG OS PU PZ RI SB SI SK SL ST VK VT VU VZ ZD
    ZG ZU""",  # districts
    "es": """
    A AB AL AV B BA BI BU C CA CC CE CO CR CS CU GC GE GI GR GU H HU IB J L LE LO LU M MA ML MU NA O
    OR OU P PM PO S SA SE SG SO SS T TE TF TO V VA VI Z ZA""",  # provinces, until 2000
    "za": """
    GP WP NW MP FS EC NC L""",  # provinces
    "sk": """
    BA BB BJ BL BN BR BS BT BY CA DK DS DT GA GL HC HE IL KA KE KI KK KM KN KS LC LE LM LV MA MI ML
    MT MY NM NO NR NZ PB PD PE PK PN PO PP PT PU PV RA RK RS RV SA SB SC SE SI SK SL SN SO SP SV TN
    TO TR TS TT TV VK VT ZA ZC ZH ZM ZV""",  # districts, until 2022
}
NUMBERED = {"in_district": 99, "tr": 81, "fr": 95}  # two digits, from 01
WORDS: dict[str, tuple[str, ...]] = {
    **{name: tuple(words.split()) for name, words in WORDS_AS_WRITTEN.items()},
    **{
        name: tuple(f"{number:02d}" for number in range(1, last + 1))
        for name, last in NUMBERED.items()
    },
}

# Region, its alphabet, and its formats; a region may have several lines.
TABLE = """
# South and east Asia
in     NO_IO      <in><in_district>A9999 <in><in_district>AA9999 <in><in_district>AAA9999
in     NO_IO      <in><in_district>A999 <in><in_district>AA999 <in><in_district>A99
in     NO_IO      <in><in_district>AA99
in     NO_IO      <in><in_district>9999 <in>9A9999 <in>9AA9999 [DL]9AAA9999 <in>9AA999
in     NO_IO      99[BH]9999A 99[BH]9999AA AAA9999 AAA999
pk     ALL        AAA999 AAA9999 AA9999 AA999 AAA99999 AAA999999
bd     ALL        999999
cn     NO_IO      A99999 AA9999 A9999A A9A999 A99A99 A999A9 AAA999 AA99999 A99999A
hk     NO_IOQ     AA9999 AA999
id     ALL        A9999AA A9999AAA AA9999AA AA9999AAA A999AAA AA999AA AA999A
jp     ALL        9999 99999 999999 9999999
my     NO_IO      AAA9999 AAA999 A9999A AA9999 AA9999A A9999
ph     ALL        AAA999 AAA9999
sg     NO_IO      [S]AA9999A [S]AA999A [S]AA99A AA9999A
vn     ALL        99A9999 99A99999
# Europe
al     NO_IOQ     AA999AA
at     NO_IOQ     AA999AA AA9999A AA99AAA A99999A A9999AA A999AAA AA99999 A99999
be     ALL        AAA999 999AAA [1]AAA999 [2]AAA999 9AAA999
bg     CYRILLIC   A9999AA AA9999AA
by     CYRILLIC   9999AA9
ch     ALL        <ch>999 <ch>9999 <ch>99999 <ch>999999
cz     NO_IOQ     9A99999 9AA9999 AAA9999 AA99999
de     ALL        AA99 AA999 AA9999 AAA9 AAA99 AAA999 AAA9999 AAAA9 AAAA99 AAAA999 AAAA9999
de     ALL        AAAAA9 AAAAA99 AAAAA999 AAA999[E] AAAA999[E] AAA99[H] AAAA99[H]
dk     NO_IOQ     AA99999
ee     NO_IOQ     999AAA
es     CONSONANTS 9999AAA
es     ALL        <es>9999AA <es>9999A <es>999999
fi     ALL        AAA999 AAA99
fr     NO_IOU     AA999AA
fr     NO_IOU     9999AA<fr> 999AAA<fr> 999AA<fr> 99AAA<fr>
gb     NO_IQ      AA99AAA A9AAA A99AAA A999AAA AAA9A AAA99A AAA999A [Q]999AAA
gb     ALL        A[I]A9999 AA[Z]9999 [I]A99999
gr     GREEK      AAA9999
hr     ALL        <hr>999A <hr>999AA <hr>9999A <hr>9999AA
hu     ALL        AAA999 AAAA999
ie     ALL        99<ie>999 99<ie>9999 99<ie>99999 999<ie>999 999<ie>9999 999<ie>99999
is     ALL        AAA99 AA999
it     NO_IOQU    AA999AA
lt     NO_IOQ     AAA999
lu     NO_IO      AA9999
lv     ALL        AA9999 AA999
md     ALL        AAA999
mk     ALL        AA9999AA AA999AA
nl     CONSONANTS AA9999 9999AA 99AA99 AA99AA AAAA99 99AAAA 99AAA9 9AAA99 AA999A A999AA AAA99A
nl     CONSONANTS A99AAA 9AA999 999AA9
no     NO_IOQ     AA99999
pl     NO_IOQ     AA99999 AA9999A AA999AA AA9A999 AA9AA99 AAA99A9 AAA9A99 AAA9AA9 AAAAA99
pl     NO_IOQ     AAAA999 AAA99999 AAA9999A AAA999AA AAA9999 AAA999A AAA99AA
pt     NO_IOQ     9999AA 99AA99 AA9999 AA99AA
ro     NO_IOQ     <ro>99AAA [B]999AAA
rs     ALL        AA999AA AA9999AA
ru     CYRILLIC   A999AA99 A999AA999
se     NO_IOQ     AAA999 AAA99A
si     ALL        AA99AAA AA999AA AAA9999 AAAA999
sk     ALL        <sk>999AA AA999AA
tr     NO_IOQ     <tr>A9999 <tr>A99999 <tr>AA999 <tr>AA9999 <tr>AAA99 <tr>AAA999
ua     CYRILLIC   AA9999AA
# The Americas
ar     ALL        AAA999 AA999AA
br     ALL        AAA9999 AAA9A99
ca-ab  ALL        AAA9999 AAA999
ca-bc  ALL        AA999A AAA999 999AAA
ca-on  ALL        AAAA999 AAA999
ca-qc  ALL        A99AAA 999AAA AAA999
cl     CONSONANTS AAAA99 AA9999
co     ALL        AAA999
mx     NO_IOQ     AAA9999 AAA999A AA99999 A99AAA
pe     ALL        A9A999 AAA999
py     ALL        AAAA999 AAA999
us-ak  ALL        AAA999
us-al  ALL        9A99999 99A9999 9AA9999 99AA999
us-ar  ALL        999AAA AAA99A
us-az  ALL        AAA9999 AAA9A9A
us-ca  ALL        9AAA999 9A99999
us-co  ALL        AAA999 999AAA AAAA99
us-ct  ALL        AA99999 999AAA 9AAAA9
us-dc  ALL        AA9999
us-de  ALL        999999
us-fl  ALL        AAAA99 A99AAA 999AAA 99AAAA
us-ga  ALL        AAA9999
us-hi  ALL        AAA999
us-ia  ALL        AAA999
us-id  ALL        A999999 9A99999
us-il  ALL        AA99999 A999999 9999999
us-in  ALL        999A 999AA 999AAA
us-ks  ALL        999AAA 9999AAA
us-ky  ALL        999AAA A9A999
us-la  ALL        999AAA AAA999
us-ma  ALL        9AA999 9AAA99 999AA9 9999AA
us-md  ALL        9AA9999 AAA999
us-me  ALL        9999AA
us-mi  ALL        AAA9999 9AAA99 AAA999
us-mn  ALL        AAA999 999AAA
us-mo  ALL        AA9A9A AA9A999
us-ms  ALL        AAA999 AAA9999
us-nc  ALL        AAA9999
us-nd  ALL        999AAA
us-ne  ALL        AAA999
us-nh  ALL        9999999 999999
us-nj  ALL        A99AAA AAA99A
us-nm  ALL        999AAA AAA999
us-nv  ALL        99A999 999A99 999AAA
us-ny  ALL        AAA9999
us-oh  ALL        AAA9999
us-ok  ALL        AAA999
us-or  ALL        999AAA
us-pa  ALL        AAA9999
us-ri  ALL        AA999 999999
us-sc  ALL        AAA999
us-sd  ALL        9AA999 99A999
us-tn  ALL        A9999A 999AAA AAA9999
us-tx  ALL        AAA9999 AA9A999
us-ut  ALL        A999AA 9A9AA AAA999
us-va  ALL        AAA9999
us-vt  ALL        AAA999
us-wa  ALL        AAA9999 999AAA
us-wi  ALL        AAA9999 999AAA
us-wv  ALL        9AA999 AAA999
us-wy  ALL        99999 999999
uy     ALL        AAA9999
# The Middle East, Africa, Oceania
ae     ALL        A99999 A9999 A999 99999 AA99999
bh     ALL        999999
il     ALL        9999999 99999999
kw     ALL        9999999 999999
om     ALL        9999A 9999AA 99999A 99999AA
ps     ALL        9999999
qa     ALL        99999 999999
sa     ARABIC     9999AAA AAA9999
ke     ALL        AAA999A AAA999
ng     ALL        AAA999AA
za     ALL        AA99AA<za> AAA999<za> [CA]999999 [CA]99999
au-act ALL        AAA99A
au-nsw ALL        AA99AA AAA999 AAA99A
au-nt  ALL        AA99AA
au-qld ALL        999AAA 999AA9
au-sa  ALL        [S]999AAA AAA999
au-tas ALL        A99AA AA9999
au-vic ALL        9AA9AA AAA999
au-wa  ALL        9AAA999 9AA999
nz     ALL        AAA999 AA9999
"""


@dataclass(frozen=True)
class Region:
    """A line of the table."""

    name: str
    letters: str
    formats: tuple[str, ...]


def _read_table() -> tuple[Region, ...]:
    lines = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
    return tuple(Region(name, ALPHABETS[letters], tuple(rest)) for name, letters, *rest in lines)


REGIONS = _read_table()
