"""Decision 0001: which HTTP client there is, one module knows."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENTS = {"httpx2", "httpx", "aiohttp", "requests", "urllib3"}


def imported(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in names}


def test_only_one_module_knows_the_client_between_processes() -> None:
    files = [file for folder in ("services", "gateway") for file in (ROOT / folder).rglob("*.py")]
    knowing = {str(file.relative_to(ROOT)) for file in files if imported(file) & CLIENTS}
    # the login speaks to the identity provider through Authlib, which has a client of its own
    assert knowing - {"gateway/provider.py"} == {"services/shared/http.py"}
