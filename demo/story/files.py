import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))
    return content


def case_files() -> list[Path]:
    return sorted((Path(__file__).parent / "cases").glob("*.json"))
