"""How alike two words are, and how well an entry answers what is asked. Knows neither the web nor SQL."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import Enum
from functools import cache, lru_cache
from itertools import islice

MOST_WORDS = 6
_WORD = re.compile(r"[^\W_]+")
_ODD = str.maketrans("æøđŧŋßð", "aodtnsd")


class Place(Enum):
    """Where in an entry a word stands."""

    NAME = "name"
    OTHER_NAME = "other name"
    TITLE = "title"
    TEXT = "text"


WORTH: Mapping[Place, float] = {Place.NAME: 1.0, Place.OTHER_NAME: 0.95, Place.TITLE: 0.8, Place.TEXT: 0.55}
"""What a word is worth by its place."""
BELONGING = 0.8
"""What a word is worth that stands in the name of something the entry is about: a theme, a profession, an employer."""
SURE = 0.85
"""From here on a form is one of the word that was asked, and no guess."""


def fold(text: str) -> str:
    """Small letters without dots and accents, one for each of the text: as the dictionary spells."""
    return "".join(_plain(letter) for letter in text)


@cache
def _plain(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter.lower())[:1].translate(_ODD)


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[tuple[str, int, int], ...]:
    """Each word as the dictionary spells it, with where in the text it begins and ends."""
    found = [(fold(word.group()), word.start(), word.end()) for word in _WORD.finditer(text)]
    return tuple(one for one in found if len(one[0]) > 1 or one[0].isdigit())


@lru_cache(maxsize=4096)
def forms_of(text: str) -> tuple[str, ...]:
    return tuple(form for form, _, _ in words_of(text))


SMALL = frozenset(
    forms_of(
        "ja tai tahi sekä eli on ei että kun jos mikä mitä kuka miten sen se ne"
        " och eller i på av med för till mot inom om hos den det de ett en ur vid från som är att"
        " of and or the an in on for to with by from into"
    )
)
"""Words that say nothing alone."""


def words_asked(text: str) -> list[str]:
    """What is searched: the first few different words that say something, none where there are none such."""
    said = [word for word, _, _ in words_of(unicodedata.normalize("NFC", text[:1000])) if word not in SMALL]
    return list(dict.fromkeys(said))[:MOST_WORDS]


def likeness(asked: str, form: str, *, kin: bool) -> float:
    """From 0 to 1. `kin`: the two share a stem."""
    if asked == form:
        return 1.0
    same = _beginning(asked, form)
    if kin:
        return 0.72 + 0.25 * same / min(len(asked), len(form))
    if form.startswith(asked):
        return 0.8
    if len(asked) > 3 and form.endswith(asked):
        return 0.8
    if asked.startswith(form):
        return 0.5
    if same >= 4 and same >= len(asked) - 4:
        return 0.72
    return 0.7 if len(asked) > 4 and asked[:-1] in form else 0.0


def slip(asked: str, form: str) -> float:
    """How alike they are where one is mistyped; 0 where that is no explanation."""
    best = 0.0
    for length in {len(form), *range(max(4, len(asked) - 1), min(len(asked) + 2, len(form)))}:
        ratio = SequenceMatcher(None, asked, form[:length], autojunk=False).ratio()
        best = max(best, ratio if length == len(form) else ratio - 0.05)
    return best * 0.92 if best >= 0.8 and asked[0] == form[0] else 0.0


def _beginning(one: str, other: str) -> int:
    """How many letters they begin with alike."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))


def parts_of(word: str) -> list[tuple[str, str]]:
    """Every way to take a compound apart in two."""
    return [(word[:place], word[place:]) for place in range(3, len(word) - 2)]


@dataclass
class Asked:
    """One word of the question: the dictionary's forms that stand for it, by number and by spelling.

    `parts`: it is a compound, and an entry that has both parts has it too. `weight`: the more, the fewer names have it.
    """

    text: str
    ids: dict[int, float] = field(default_factory=dict)
    forms: dict[str, float] = field(default_factory=dict)
    belonging: dict[int, float] = field(default_factory=dict)
    weight: float = 1.0
    parts: tuple["Asked", "Asked"] | None = None

    def know(self, id: int, form: str, near: float) -> None:
        if near > self.forms.get(form, 0):
            self.ids[id] = self.forms[form] = near

    def keep_nearest(self, most: int) -> None:
        """The more forms, the dearer the search; of a word with very many the nearest will do."""
        if len(self.ids) > most:
            least = sorted(self.ids.values(), reverse=True)[most - 1]
            self.ids = dict(islice(((id, near) for id, near in self.ids.items() if near >= least), most))

    def keep_best(self) -> None:
        """Of guesses only those that are about as good as the best one."""
        least = self.best - 0.06
        self.ids = {id: near for id, near in self.ids.items() if near >= least}
        self.forms = {form: near for form, near in self.forms.items() if near >= least}

    @property
    def best(self) -> float:
        return max(self.forms.values(), default=0)

    @property
    def known(self) -> bool:
        return bool(self.ids or self.parts)

    def near(self, form: str) -> float:
        """How much of this a word of a text is."""
        return max([self.forms.get(form, 0), *(0.8 * part.near(form) for part in self.parts or ())])

    def within(self, forms: Sequence[str]) -> float:
        """How well a text has this word."""
        whole = max((self.forms.get(form, 0) for form in forms), default=0)
        if self.parts:
            left, right = (part.within(forms) for part in self.parts)
            whole = max(whole, 0.9 * (left + right) / 2 if left and right else 0.4 * max(left, right))
        return whole


@dataclass(frozen=True)
class Entry:
    """What is weighed. `names` are its labels by language; `about` has the numbers below zero of what it is about."""

    id: int
    names: Sequence[str]
    others: Sequence[str]
    title: str
    text: str
    about: frozenset[int]

    @property
    def called(self) -> Sequence[str]:
        return (*self.names, *self.others)


def has_name(word: Asked, entry: Entry) -> float:
    """How well one of the names has the word."""
    return max((word.within(forms_of(name)) for name in entry.called), default=0.0)


def weigh(asked: Sequence[Asked], entry: Entry) -> float:
    """From 0 to 1: the mean worth of the words that were asked, more where they are all of a name."""
    share = best_name(asked, entry)[0]
    worth = sum(word.weight * _worth(word, entry) for word in asked) / sum(word.weight for word in asked)
    return worth * (0.75 + 0.25 * share)


def _worth(word: Asked, entry: Entry) -> float:
    found = [WORTH[Place.NAME] * word.within(forms_of(name)) for name in entry.names]
    found += [WORTH[Place.OTHER_NAME] * word.within(forms_of(name)) for name in entry.others]
    found.append(WORTH[Place.TITLE] * word.within(forms_of(entry.title)))
    found.append(WORTH[Place.TEXT] * word.within(forms_of(entry.text)))
    found += [BELONGING * near for id, near in word.belonging.items() if id in entry.about]
    return max(found)


def best_name(asked: Sequence[Asked], entry: Entry) -> tuple[float, str]:
    """The name that is asked for most nearly, and how much of it is."""
    return max(((share_of(asked, name), name) for name in entry.called), key=lambda one: one[0], default=(0.0, ""))


def share_of(asked: Sequence[Asked], name: str) -> float:
    forms = forms_of(name)
    said = [form for form in forms if form not in SMALL] or forms
    return sum(max(word.near(form) for word in asked) for form in said) / len(said) if said else 0.0


def marks(asked: Sequence[Asked], text: str) -> list[tuple[int, int]]:
    """Where the words that were asked stand, as beginning and end."""
    return [(start, end) for form, start, end in words_of(text) if any(word.near(form) > 0 for word in asked)]
