"""The page in a real browser: it renders, in Korean, and asks nobody but its own server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from jobs.reports.fonts import font_files
from jobs.settings import Home

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60


@pytest.fixture
def address(published: Home, page: Path, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(page), "--server.headless", "true"]
    command += ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    with (tmp_path / "streamlit.log").open("wb") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, env=os.environ | {"DASAN_HOME": str(published.root)}
        )
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)
    told = (tmp_path / "streamlit.log").read_text(encoding="utf-8").lower()
    assert "deprecat" not in told and "traceback" not in told, told


def _wait(health: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(START_SECONDS * 4):
        assert server.poll() is None, "streamlit stopped"
        try:
            with urllib.request.urlopen(health, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"streamlit did not answer within {START_SECONDS} s")


def _korean_fonts(folder: Path) -> Path:
    """A fontconfig file with the documents' font, for machines that have no Korean font of their own."""
    folders = {"/usr/share/fonts", *(str(file.parent) for file in font_files())}
    listed = "".join(f"<dir>{name}</dir>" for name in sorted(folders))
    path = folder / "fonts.conf"
    path.write_text(f"<fontconfig>{listed}<cachedir>{folder}/fonts</cachedir></fontconfig>", encoding="utf-8")
    return path


def test_page_renders_in_korean_without_the_network(address: str, tmp_path: Path) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} 이 없습니다: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)
    fonts = {"FONTCONFIG_FILE": str(_korean_fonts(tmp_path))}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=list(ARGUMENTS), env={**os.environ, **fonts}
        )
        tab = browser.new_page(viewport={"width": 1400, "height": 2200}, locale="ko-KR")
        asked: list[str] = []
        failed: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("websocket", lambda socket_: asked.append(socket_.url))
        tab.on("requestfailed", lambda request: failed.append(request.url))
        tab.goto(address)
        expect(tab.get_by_role("heading", name="120다산콜 상담 분석")).to_be_visible()
        expect(tab.get_by_text("합성 자료 — 실제 상담이 아님")).to_be_visible()
        for heading in ("채널별 상담건수", "많이 들어온 유형", "코로나19", "전화 응대"):
            expect(tab.get_by_role("heading", name=heading)).to_be_visible()
        charts = tab.locator("[data-testid='stVegaLiteChart'] canvas, [data-testid='stVegaLiteChart'] svg")
        expect(charts).to_have_count(7)
        expect(charts.first).to_be_visible()
        expect(tab.get_by_test_id("stException")).to_have_count(0)
        tab.wait_for_timeout(1_000)
        tab.screenshot(path=str(tmp_path / "dashboard.png"))
        browser.close()
    assert (tmp_path / "dashboard.png").stat().st_size > 50_000
    hosts = {urlsplit(url).hostname for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {"127.0.0.1"}
    assert not failed
