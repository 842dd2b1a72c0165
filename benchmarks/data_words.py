"""Words enough to search among: Finnish-like compounds in their forms, a few of them very common."""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from random import Random


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words("""
    lapsi nuori perhe koulu koti kriisi trauma vauva sisarus vanhempi huolto oppilas arki yhteisö verkosto
    päihde väkivalta rikos suru uni syömis liikunta kieli puhe kuulo näkö vamma sairaala sijais lähi etä ryhmä yksilö
    leikki musiikki taide luonto turva kunto tunne taito vuoro kulttuuri vertais ehkäisevä moni tuki seuranta arviointi
    kehitys tutkimus ohjaus palvelu neuvonta kotoutumis pelastus oikeus talous
""")
_SECOND = _words("""
    työ hoito tuki terapia ohjaus neuvonta arvio kuntoutus opetus valmennus ryhmä palvelu suunnitelma malli
    keskus yksikkö verkosto menetelmä tapaaminen selvitys kartoitus kasvatus asiantuntija kokemus osaaminen vastuu
    sovittelu päivystys seuranta koulutus kehittäminen haastattelu havainnointi tutkimus
""")
_FORMS = ("", "n", "ssa", "sta", "lla", "lle", "na", "ksi", "tta", "en", "jen", "issa", "ista", "iin")


@cache
def vocabulary() -> tuple[str, ...]:
    """Some 25 000 forms, the commonest first; the order is the same every time."""
    words = [f"{first}{second}{form}" for first in _FIRST for second in _SECOND for form in _FORMS]
    Random("words").shuffle(words)
    return tuple(dict.fromkeys(words))


@cache
def _weights() -> list[float]:
    return list(accumulate(1 / place for place in range(1, len(vocabulary()) + 1)))


def some_words(random: Random, count: int) -> list[str]:
    return random.choices(vocabulary(), cum_weights=_weights(), k=count)


def words_to_search(random: Random) -> tuple[str, ...]:
    """Common ones, then rare ones."""
    known = vocabulary()
    return (*known[:40], *random.sample(known[2_000:], 160))
