"""How often languages use the letters that ASCII lacks: data.

Of each language the letters beyond ASCII, in thousandths of all letters of its texts,
rounded. Which reading of a file's bytes is likely is told by them (encodings.py).
"""

from math import log
from types import MappingProxyType


def _shares(**letters: float) -> dict[str, float]:
    """Give the logarithm of each letter's share among those beyond ASCII."""
    whole = sum(letters.values())
    return {letter: log(often / whole) for letter, often in letters.items()}


POLISH = _shares(
    ą=9.9, ć=4.0, ę=11.1, ł=18.2, ń=2.0, ó=8.5, ś=6.6, ź=0.6, ż=8.3
)  # fmt: skip
CZECH = _shares(
    á=22, č=9.5, ď=0.4, é=13, ě=16, í=32, ň=0.7, ó=0.3, ř=12, š=8, ť=0.4, ú=1, ů=7,
    ý=11, ž=10, ľ=2, ĺ=0.1, ô=1, ä=0.2,
)  # fmt: skip
HUNGARIAN = _shares(á=36, é=39, í=5, ó=11, ö=10, ő=8.9, ú=6, ü=7, ű=2)
ROMANIAN = _shares(ă=24, â=9, î=14, ş=15, ţ=11)
CROATIAN = _shares(č=10, ć=6, đ=3, š=10, ž=5)
GERMAN = _shares(ä=5.6, ö=4.4, ü=6.5, ß=3.1)
FRENCH = _shares(
    é=19, à=5, è=2.7, ê=2.2, ç=0.9, ô=0.6, î=0.4, û=0.6, â=0.5, ù=0.6, ë=0.1, ï=0.1,
    œ=0.2,
)  # fmt: skip
SPANISH = _shares(á=5, é=4.3, í=7.2, ñ=3.1, ó=8.3, ú=1.7, ü=0.1)
PORTUGUESE = _shares(
    ã=7.3, á=1.2, â=0.6, à=0.7, ç=5.3, é=3.4, ê=4.5, í=1.3, ó=3, ô=0.6, õ=0.4, ú=2
)  # fmt: skip
ITALIAN = _shares(à=6, è=2.6, é=0.2, ì=0.4, ò=1, ù=1.7)
NORDIC = _shares(å=13, ä=12, ö=9, ø=9, æ=8.7, é=0.5)
RUSSIAN = _shares(
    о=110, е=85, а=80, и=73, н=67, т=63, с=55, р=47, в=45, л=44, к=35, м=32, д=30,
    п=28, у=26, я=20, ы=19, ь=17, г=17, з=16, б=16, ч=14, й=12, х=10, ж=9, ш=7, ю=6,
    ц=5, щ=4, э=3, ф=3, ъ=0.4, ё=0.4,
)  # fmt: skip
KAZAKH = _shares(
    а=130, е=80, н=70, ы=75, т=55, і=45, р=55, л=50, д=45, қ=40, с=45, м=33, к=30,
    о=30, б=25, ж=18, ш=18, з=18, п=15, и=15, й=15, ғ=15, у=14, ң=12, г=12, ө=10, ә=9,
    ү=8, ұ=7, в=3, х=3, я=2, ч=1, ю=1, ь=1, һ=1, ф=0.8, ц=0.7, э=0.5, ъ=0.2, щ=0.1,
    ё=0.1,
)  # fmt: skip

_EAST = (POLISH, CZECH, HUNGARIAN, ROMANIAN, CROATIAN, GERMAN)
_WEST = (GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, NORDIC)
# The encodings that are told apart, each with the languages that are written in it.
LANGUAGES = MappingProxyType(
    {
        "windows-1250": _EAST,
        "iso-8859-2": _EAST,
        "windows-1251": (RUSSIAN,),
        "kz1048": (KAZAKH,),
        "windows-1252": _WEST,
    }
)
# Signs that stand in texts of any language.
SIGNS = frozenset("€£§°«»„”“‚’‘–—…•™®©±½\u00a0№²³µ´¿¡")
