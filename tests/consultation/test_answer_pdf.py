"""The answer on paper: tagged, titled, in its language, with all of the text and nothing of the markup."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from services.consultation.answers.letters import MISSING, known_letters, printable
from services.consultation.answers.pdf import (
    PdfFailed,
    PrintedAnswer,
    PrintedRecommendation,
    PrintedSignature,
    make_pdf,
)
from services.consultation.answers.rules import LIMITS, AnswerKind, Block, SignatureState

pytestmark = pytest.mark.anyio

PUBLISHED = datetime(2026, 11, 20, 14, 15, tzinfo=UTC)

ANSWER = PrintedAnswer(
    language="fi",
    text_language="fi",
    yta="ita",
    kind=AnswerKind.note,
    number="I-M-2026-093",
    edition=1,
    case_code="OT-I-W5N2R",
    subject="Pitkittynyt huoltoriita, kaksi lasta",
    area_name="Etelä-Savon hyvinvointialue",
    published_at=PUBLISHED,
    blocks={
        Block.background: "Vanhempien ero on kestänyt neljä vuotta.\nKoulu on tehnyt kaksi ilmoitusta.",
        Block.questions: "Miten lasten ääni saadaan kuuluviin?",
        Block.considerations: "Vaikeneminen on keino selvitä.",
        Block.who: "Tuomas Rinne, sosiaalityöntekijä, puheenjohtaja",
        Block.limits: LIMITS["fi"],
    },
    recommendations=[
        PrintedRecommendation("Nimetkää yksi työntekijä.", "Lastensuojelun avohuolto", "2026-12-04", ""),
        PrintedRecommendation("Keskeyttäkää uudet selvitykset.", "Johtava sosiaalityöntekijä", "heti", "Brosamtal"),
    ],
    signatures=[
        PrintedSignature("Tuomas Rinne", SignatureState.agree, "", None, PUBLISHED),
        PrintedSignature("Jukka Pelkonen", SignatureState.dissent, "En keskeyttäisi niitä.", 2, PUBLISHED),
        PrintedSignature("Mikko Tanskanen", SignatureState.not_signed, "", None, None),
    ],
    digest="8F21 C0A4 77E9",
    example=False,
)


async def printed(answer: PrintedAnswer) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(await make_pdf(answer)))


def tags(pdf: pikepdf.Pdf) -> list[str]:
    return [str(node["/S"]) for node in nodes(pdf.Root.StructTreeRoot) if "/S" in node]


def nodes(element: Any) -> Iterator[Any]:
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary):
            yield child
            yield from nodes(child)


def words(pdf: pikepdf.Pdf) -> str:
    """The text as a reader's machine hears it: glyphs through each font's own map back to letters."""
    return " ".join(" ".join(shown(page)) for page in pdf.pages)


def shown(page: Any) -> Iterator[str]:
    maps = {name: letters_of(font) for name, font in page.Resources.Font.items()}
    current: dict[int, str] = {}
    for operands, operator in instructions(page):
        match operator:
            case "Tf":
                current = maps[str(operands[0])]
            case "Tj":
                yield decoded(bytes(operands[0]), current)
            case "TJ":
                yield "".join(decoded(bytes(part), current) for part in operands[0] if isinstance(part, pikepdf.String))


def instructions(stream: Any) -> Iterator[tuple[Any, str]]:
    for one in pikepdf.parse_content_stream(stream):
        yield one.operands, str(one.operator)


def decoded(glyphs: bytes, letters: dict[int, str]) -> str:
    codes = (int.from_bytes(glyphs[at : at + 2]) for at in range(0, len(glyphs), 2))
    return "".join(letters.get(code, "?") for code in codes)


def letters_of(font: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for operands, operator in instructions(font.ToUnicode):
        flat = [bytes(part) for part in operands if isinstance(part, pikepdf.String)]
        if operator == "endbfchar":
            found |= {int.from_bytes(g): u.decode("utf-16-be") for g, u in zip(flat[::2], flat[1::2], strict=True)}
        elif operator == "endbfrange":
            found |= spread(operands)
    return found


def spread(operands: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for first, last, target in zip(operands[::3], operands[1::3], operands[2::3], strict=True):
        start = int.from_bytes(bytes(first))
        for step in range(int.from_bytes(bytes(last)) - start + 1):
            whole = bytes(target[step]) if isinstance(target, pikepdf.Array) else bytes(target)
            offset = 0 if isinstance(target, pikepdf.Array) else step
            found[start + step] = chr(int.from_bytes(whole) + offset) if len(whole) == 2 else whole.decode("utf-16-be")
    return found


async def test_it_is_tagged_with_headings_list_and_table_headers() -> None:
    found = tags(await printed(ANSWER))
    assert found.count("/H1") == 1
    assert found.count("/H2") == 7
    assert found.count("/LI") == 2
    assert found.count("/TH") == 2


async def test_it_declares_pdf_ua_a_title_and_its_language() -> None:
    pdf = await printed(ANSWER)
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Muistio I-M-2026-093"
    assert str(pdf.Root.Lang).lower().startswith("fi")
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


async def test_every_text_of_the_answer_is_in_it() -> None:
    text = words(await printed(ANSWER))
    for part in (
        "Vanhempien ero on kestänyt neljä vuotta.",
        "Miten lasten ääni saadaan kuuluviin?",
        "Nimetkää yksi työntekijä.",
        "4.12.2026",
        "heti",
        "Brosamtal",
        "Eriävä mielipide, suositus 2",
        "En keskeyttäisi niitä.",
        "Ei allekirjoittanut määräaikaan mennessä",
        "ei sido ketään",
        "I-M-2026-093",
        "8F21 C0A4 77E9",
        "20.11.2026 klo 16.15",
    ):
        assert part in text, part


async def test_in_swedish_the_headings_are_swedish_and_the_written_text_keeps_its_language() -> None:
    pdf = await printed(replace(ANSWER, language="sv"))
    text = words(pdf)
    assert str(pdf.Root.Lang).lower().startswith("sv")
    assert "Rekommendationer" in text
    assert "Avvikande mening" in text
    assert "Suositukset" not in text
    languages = {str(node["/Lang"]).lower()[:2] for node in nodes(pdf.Root.StructTreeRoot) if "/Lang" in node}
    assert "fi" in languages


async def test_example_data_says_so_on_the_paper_and_real_data_does_not() -> None:
    example = "Esimerkkiaineisto"
    assert example in words(await printed(replace(ANSWER, example=True)))
    assert example not in words(await printed(ANSWER))


async def test_a_statement_names_its_legal_basis() -> None:
    text = words(await printed(replace(ANSWER, kind=AnswerKind.statement, number="I-L-2026-012")))
    assert "Lausunto I-L-2026-012" in text
    assert "Lastensuojelulaki 14 §" in text


async def test_a_draft_is_marked_as_one_and_has_no_number() -> None:
    text = words(await printed(replace(ANSWER, number=None, published_at=None)))
    assert "Luonnos, ei julkaistu" in text
    assert "I-M-2026" not in text


async def test_text_is_never_read_as_markup() -> None:
    blocks = {**ANSWER.blocks, Block.background: '#panic("x") $x$ *lihava* = otsikko <nimi> @viite \\ // ei pois'}
    pdf = await printed(replace(ANSWER, blocks=blocks))
    assert '#panic("x") $x$ *lihava* = otsikko <nimi> @viite \\ // ei pois' in words(pdf)
    assert tags(pdf).count("/H1") == 1


async def test_letters_the_font_lacks_are_shown_as_missing_and_do_not_stop_the_document() -> None:
    blocks = {**ANSWER.blocks, Block.background: "Nuori kirjoitti 😀 ja a\u0308iti\x07 \u202eسلام\u200d."}
    text = words(await printed(replace(ANSWER, blocks=blocks)))
    assert f"Nuori kirjoitti {MISSING} ja äiti" in text


async def test_an_ordinary_answer_fits_on_two_pages() -> None:
    long = " ".join(["Arviomme mukaan tärkein suojaava tekijä on aikuinen, jolle nuori voi puhua."] * 25)
    rows = [PrintedRecommendation("Sopikaa yhdestä yhteyshenkilöstä. " * 4, "Rehtori", "2026-12-18", "")] * 5
    pdf = await printed(replace(ANSWER, blocks={**ANSWER.blocks, Block.considerations: long}, recommendations=rows))
    assert len(pdf.pages) <= 2


async def test_the_same_answer_makes_the_same_pages() -> None:
    assert words(await printed(ANSWER)) == words(await printed(ANSWER))


async def test_a_warning_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("services.consultation.answers.pdf.FONTS", tmp_path)
    with pytest.raises(PdfFailed):
        await make_pdf(ANSWER)


def test_the_font_shows_finnish_swedish_and_sami_letters() -> None:
    assert {ord(letter) for letter in "åäöÅÄÖšžŠŽéüčđŋŧžǯ–—”’→≥€§½"} <= known_letters()


def test_printable_keeps_lines_and_drops_what_is_never_drawn() -> None:
    assert printable("a\nb\u200e\x07c") == "a\nbc"
    assert printable("😀") == MISSING
