"""What rows are called in a figure: short names of places, and codes that have no owner elsewhere."""

from collections.abc import Iterable, Mapping
from typing import Any

Names = Mapping[str, str]


def _names(fi: str, sv: str, en: str) -> Names:
    return {"fi": fi, "sv": sv, "en": en}


COUNTRY_NAMES = _names("Koko maa", "Hela landet", "The whole country")
TOTAL_NAMES = _names("Yhteensä", "Totalt", "Total")
UNKNOWN_NAMES = _names("ei tiedossa", "uppgift saknas", "not known")

SHORT_PLACES: Mapping[str, Names] = {
    "etela": _names("Etelä-Suomi", "Södra Finland", "Southern Finland"),
    "ita": _names("Itä-Suomi", "Östra Finland", "Eastern Finland"),
    "sisa": _names("Sisä-Suomi", "Inre Finland", "Inland Finland"),
    "lansi": _names("Länsi-Suomi", "Västra Finland", "Western Finland"),
    "pohjoinen": _names("Pohjois-Suomi", "Norra Finland", "Northern Finland"),
    "01": _names("Itä-Uusimaa", "Östra Nyland", "East Uusimaa"),
    "02": _names("Keski-Uusimaa", "Mellersta Nyland", "Central Uusimaa"),
    "03": _names("Länsi-Uusimaa", "Västra Nyland", "West Uusimaa"),
    "04": _names("Vantaa ja Kerava", "Vanda och Kervo", "Vantaa and Kerava"),
    "05": _names("Varsinais-Suomi", "Egentliga Finland", "Southwest Finland"),
    "06": _names("Satakunta", "Satakunta", "Satakunta"),
    "07": _names("Kanta-Häme", "Egentliga Tavastland", "Kanta-Häme"),
    "08": _names("Pirkanmaa", "Birkaland", "Pirkanmaa"),
    "09": _names("Päijät-Häme", "Päijänne-Tavastland", "Päijät-Häme"),
    "10": _names("Kymenlaakso", "Kymmenedalen", "Kymenlaakso"),
    "11": _names("Etelä-Karjala", "Södra Karelen", "South Karelia"),
    "12": _names("Etelä-Savo", "Södra Savolax", "South Savo"),
    "13": _names("Pohjois-Savo", "Norra Savolax", "North Savo"),
    "14": _names("Pohjois-Karjala", "Norra Karelen", "North Karelia"),
    "15": _names("Keski-Suomi", "Mellersta Finland", "Central Finland"),
    "16": _names("Etelä-Pohjanmaa", "Södra Österbotten", "South Ostrobothnia"),
    "17": _names("Pohjanmaa", "Österbotten", "Ostrobothnia"),
    "18": _names("Keski-Pohjanmaa", "Mellersta Österbotten", "Central Ostrobothnia"),
    "19": _names("Pohjois-Pohjanmaa", "Norra Österbotten", "North Ostrobothnia"),
    "20": _names("Kainuu", "Kajanaland", "Kainuu"),
    "21": _names("Lappi", "Lappland", "Lapland"),
    "90": _names("Helsinki", "Helsingfors", "Helsinki"),
    "HUS": _names("HUS", "HUS", "HUS"),
}

CODES: Mapping[str, Mapping[str, Names]] = {
    "urgency": {
        "normal": _names("Tavallinen", "Normal", "Normal"),
        "soon": _names("Tällä viikolla", "Den här veckan", "This week"),
        "urgent": _names("Huomenna", "I morgon", "Tomorrow"),
    },
    "form": {
        "written": _names("Kirjallisesti", "Skriftligt", "In writing"),
        "one_to_one": _names("Asiantuntijan kanssa kahden", "Med en sakkunnig på tu man hand", "One to one"),
        "team": _names("Tiimin kanssa", "Med ett team", "With a team"),
        "network_meeting": _names("Verkostotapaaminen", "Nätverksmöte", "Network meeting"),
        "group_14": _names("14 §:n asiantuntijaryhmä", "Expertgrupp enligt 14 §", "Section 14 expert group"),
    },
    "language": {
        "fi": _names("suomi", "finska", "Finnish"),
        "sv": _names("ruotsi", "svenska", "Swedish"),
        "en": _names("englanti", "engelska", "English"),
    },
}

MONTHS: Mapping[str, tuple[str, ...]] = {
    "fi": ("tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"),
    "sv": ("jan.", "feb.", "mars", "april", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}
_SCHEMES = {"client_language": "language", "yta": "yta", "area": "area"}


class RowNames:
    """Names of rows by how the figure is divided; a code whose owner has told no name is shown as it is."""

    def __init__(self, labels: Iterable[Mapping[str, Any]], part_names: Mapping[str, Names]) -> None:
        self._labels = {
            (row["scheme"], row["key"]): {"fi": row["fi"], "sv": row["sv"], "en": row["en"]} for row in labels
        }
        self._parts = part_names

    def of(self, by: str, key: str) -> Names:
        if key == "total":
            return TOTAL_NAMES
        if key.endswith("unknown"):
            return UNKNOWN_NAMES
        if by == "month":
            return {language: f"{names[int(key[5:]) - 1]} {key[:4]}" for language, names in MONTHS.items()}
        if by == "half":
            return dict.fromkeys(("fi", "sv", "en"), f"{key[5:]}/{key[:4]}")
        if by == "outcome":
            return self._parts.get(key) or _same(key)
        if by in ("yta", "area") and key in SHORT_PLACES:
            return SHORT_PLACES[key]
        scheme = _SCHEMES.get(by, by)
        found = self._labels.get((scheme, key)) or CODES.get(scheme, {}).get(key)
        return _row_head(found) if found else _same(key)

    def place(self, key: str) -> Names:
        if key == "country":
            return COUNTRY_NAMES
        return SHORT_PLACES.get(key) or self._labels.get(("area", key)) or self._labels.get(("yta", key)) or _same(key)


def _row_head(names: Names) -> Names:
    """Words are kept as they stand in a sentence; a row begins with a capital."""
    return {language: name[:1].upper() + name[1:] for language, name in names.items()}


def _same(key: str) -> Names:
    return dict.fromkeys(("fi", "sv", "en"), key)
