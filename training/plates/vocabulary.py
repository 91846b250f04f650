"""Words on plates: those in the text, and those in the small print, which is not read."""

from __future__ import annotations

# Words by name, separated by spaces; a word that is listed twice is chosen twice as often.
WORD_LINES: dict[str, str] = {
    "in": (
        "MH KA TN DL HR KL GJ RJ UP AP TS WB PB MP CG JH OR OD BR AS GA PY CH UK HP JK MH KA TN "
        "DL HR KL GJ"
    ),
    "tc": "TC TC TA T TR",
    "d": (
        "B M K S F D HH HB KA WOB MO LB LEV INA KR TR ED DA MTK FFB STA N H L C E BN DO OG LU AC "
        "WI RE ES PF TU GO MZ"
    ),
    "gbarea": (
        "AB AK BD BT BX CK DK EA EK FJ GF GY HN KY KX LB LD LN MA MM MX NA NK OV OY PK RE RX SA "
        "SN SY VX VZ WL YC YG YJ"
    ),
    "pkl": (
        "LEA LEB LEC LED LEE LEF LEH LWA LXR LZT LRK LEI RIA RIS RLG MNK MLG FSD GAA STP LOX LWC "
        "LZO JME SGA IDL"
    ),
    "ro": (
        "B CJ TM IF AB AR AG BC BH BN BT BV BR BZ CS CL CT CV DB DJ GL GR GJ HR HD IL IS MM MH MS "
        "NT OT PH SM SJ SB SV TR TL VS VL VN B B B CJ CJ TM"
    ),
    "pl": (
        "WA WB WD WE WF WI WX WY KR KRA GD PO PZ DW SK SO SB SC EL LU LUB BI RZ GDA WPR WZ KMI CT "
        "ST FZ ZS"
    ),
    "ua": "AA KA BB BC AE AP AX BH BI BM BO BT BX CA CB CE AB AC AI AK AM AO AT",
    "cy": "A B C E H I K M O P T X",
    "it": "A B C D E F G H J K L M N P R S T V W X Y Z",
    "fr": "A B C D E F G H J K L M N P Q R S T V W X Y Z",
    "es": "B C D F G H J K L M N P R S T V W X Y Z",
    "hr": "ZG ST RI OS KA VZ PU ZD SI BG NS NI KR LJ MB CE KP BL",
    "cn": "A B C D E F G H J K L N",
    "gr": "A B E H I K M N O T X Y Z",
    "ie": "D C L G W KE WX KY MH MO TN TS WH WW LK DL KK CW CN",
    "dip": "CD CC UN TT DPL",
    "sg": "SBA SGX SJK SKL SLX SMA SFV SDE GBA EL SLB SGN",
    "my": "WXY WEE BKT JQM PLL W V B J P AHK MCC KDA NDR VBA",
}
WORDS: dict[str, tuple[str, ...]] = {
    **{name: tuple(line.split()) for name, line in WORD_LINES.items()},
    # Low numbers are the big cities.
    "rto": tuple(f"{n:02d}" for n in (*range(1, 60), *[*range(1, 20)] * 3)),
    "gbage": tuple(f"{n:02d}" for n in (*range(1, 24), *range(51, 74))),
    "tr": tuple(f"{n:02d}" for n in range(1, 82)) + ("34",) * 20 + ("06",) * 8,
    "kw": tuple(str(n) for n in range(1, 61)),
}

# Small words by kind, separated by commas.
SMALL_WORD_LINES: dict[str, str] = {
    "state": (
        "CALIFORNIA,California,TEXAS,FLORIDA,NEW YORK,New York,OHIO,Pennsylvania,PENNSYLVANIA,"
        "ILLINOIS,Illinois,MICHIGAN,GEORGIA,New Jersey,VIRGINIA,WASHINGTON,ARIZONA,MASSACHUSETTS,"
        "TENNESSEE,INDIANA,MISSOURI,MARYLAND,WISCONSIN,COLORADO,MINNESOTA,SOUTH CAROLINA,ALABAMA,"
        "LOUISIANA,KENTUCKY,Oregon,OKLAHOMA,CONNECTICUT,UTAH,IOWA,NEVADA,ARKANSAS,KANSAS,ONTARIO,"
        "QUEBEC,Alberta,British Columbia,MANITOBA,Hawaii,Idaho,MONTANA,WYOMING,MAINE,VERMONT,"
        "North Carolina,MAY 2012"
    ),
    "slogan": (
        "THE SUNSHINE STATE,dmv.ca.gov,Empire State,Garden State,SUNSHINE STATE,Je me souviens,"
        "YOURS TO DISCOVER,Land of Lincoln,The Lone Star State,GREAT LAKES,SHOW ME STATE,"
        "EVERGREEN STATE,First in Flight,Beautiful,visitPA.com,MyFlorida.com,IN GOD WE TRUST,"
        "GREAT FACES,Grand Canyon State,10000 lakes,LIVE FREE OR DIE,MANUFACTURER,DEALER,VETERAN,"
        "DISABLED,America's"
    ),
    "au": (
        "NEW SOUTH WALES,NSW,VICTORIA - ON THE MOVE,QUEENSLAND - SUNSHINE STATE,QUEENSLAND,"
        "SOUTH AUSTRALIA,WESTERN AUSTRALIA,VICTORIA THE PLACE TO BE,TASMANIA,ACT CANBERRA,"
        "NORTHERN TERRITORY,NEW ZEALAND"
    ),
    "dealer": (
        "www.cardealer.co.uk,AUTOHAUS MEIER,BMW Muenchen,Renault,motors.ie,Auto Centrum,Group 1,"
        "Mercedes-Benz,Arnold Clark,GREEN MOTOR,Autohaus Berlin,Volvo,01224 555123,Skoda Praha,"
        "Audi Zentrum,Evans Halshaw,Porsche Centre,AUTO PLUS,Dealers of repute"
    ),
    "pk": (
        "ICT-ISLAMABAD,ISLAMABAD,ICT-ISLAMABAD,ICT ISLAMABAD,ISLAMABAD,SINDH,PUNJAB,PESHAWER,"
        "GOVERNMENT,GOVT. OF PUNJAB,ATTORNEY AT LAW,ADVOCATE"
    ),
    "ict": "ICT,ICT,ICT,KHI,KPK,SINDH,PUNJAB,AJK",
    "br": (
        "SAO PAULO,SP - SAO PAULO,RJ - RIO DE JANEIRO,MG-BELO HORIZONTE,PR - CURITIBA,"
        "RS - PORTO ALEGRE,SC-JOINVILLE,CE - FORTALEZA,DF - BRASILIA,BA-SALVADOR,GO - GOIANIA,"
        "PE-RECIFE,ES - VITORIA,PR-LONDRINA"
    ),
    "mercosul": "BRASIL,BRASIL,REPUBLICA ARGENTINA,ARGENTINA,URUGUAY,PARAGUAY",
    "ie": "BAILE ATHA CLIATH,CORCAIGH,GAILLIMH,CILL DARA,AN MHI,LUIMNEACH",
    "gulf": "KUWAIT,DUBAI,U.A.E,QATAR,OMAN,BAHRAIN,KSA",
    "intext": (
        "VALID UP TO 31.12.19,GOVT. OF INDIA,POLICE,AADHAR,PRESS,TVS,HYUNDAI,MARUTI SUZUKI,Ford,"
        "POPULAR,NEXA,TOYOTA"
    ),
}
SMALL_WORDS: dict[str, tuple[str, ...]] = {
    name: tuple(line.split(",")) for name, line in SMALL_WORD_LINES.items()
}
