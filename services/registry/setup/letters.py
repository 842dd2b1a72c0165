"""The letter by which an installation's mail is tried."""

from services.shared.mail import Letter

_TEXTS = {
    "fi": ("OT-verkko: koeviesti", "Hei,\n\nTämä on koeviesti: OT-verkon sähköposti toimii.\n{front}\n"),
    "sv": ("OT-verkko: provmeddelande", "Hej,\n\nDet här är ett prov: e-posten från OT-verkko fungerar.\n{front}\n"),
    "en": ("OT-verkko: test message", "Hello,\n\nThis is a test: mail from OT-verkko goes out.\n{front}\n"),
}


def test_letter(address: str, language: str, public_url: str) -> Letter:
    subject, text = _TEXTS.get(language, _TEXTS["fi"])
    front = f"{public_url.rstrip('/')}/"
    return Letter(to=address, subject=subject, text=text.format(front=front), leave=f"{front}privacy")
