"""Screenshots of every kind of page, to look at: ``python -m tests.shots [KIND…] [--out DIR] [--site DIR]``.

Three widths, the dark palette, and A4 as a PDF. Without --site a demonstration of 600 cases is built first.
``--readme`` takes the pictures of the README instead, into docs/pictures.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import datetime
from functools import partial
from pathlib import Path

from tests.site.conftest import NOW, TODAY, make_demo
from tests.site.kinds import ARGS, CHROMIUM, SIZES, all_kinds

README = {"home": 900, "case": 1100}
"""Pages the README shows, and how much of them, in pixels from the top."""

_DARK = "document.body.setAttribute('data-md-color-scheme', 'slate')"


def shoot(site: Path, out: Path, wanted: list[str]) -> int:
    """Take the pictures of ``site`` into ``out``; return how many."""
    from playwright.sync_api import sync_playwright

    kinds = {name: path for name, path in all_kinds(site).items() if not wanted or name in wanted}
    moment = datetime.fromisoformat(f"{TODAY}T09:00:00+08:00")
    out.mkdir(parents=True, exist_ok=True)
    taken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for size, (width, height) in {**SIZES, "dark": SIZES["desk"]}.items():
            phone = size == "phone"
            context = browser.new_context(
                viewport={"width": width, "height": height},
                is_mobile=phone,
                has_touch=phone,
                device_scale_factor=2 if phone else 1,
                color_scheme="dark" if size == "dark" else "light",
            )
            context.clock.install(time=moment)
            page = context.new_page()
            for name, path in kinds.items():
                page.goto(f"file://{site}/{path}")
                if size == "dark":
                    page.evaluate(_DARK)
                page.screenshot(path=out / f"{name}-{size}.png")
                taken += 1
                if size == "desk":
                    page.pdf(path=out / f"{name}-a4.pdf", prefer_css_page_size=True)
                    taken += 1
            context.close()
        browser.close()
    return taken


def shoot_readme(site: Path, out: Path) -> int:
    """Take the README's pictures of ``site`` into ``out``; return how many."""
    from playwright.sync_api import sync_playwright

    kinds = all_kinds(site)
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for name, height in README.items():
            page = browser.new_page(viewport={"width": 1366, "height": height})
            page.clock.install(time=datetime.fromisoformat(f"{TODAY}T09:00:00+08:00"))
            page.goto(f"file://{site}/{kinds[name]}")
            page.screenshot(path=out / f"{name}.png")
        browser.close()
    return len(README)


def main() -> None:
    """Read the arguments and take the pictures."""
    parser = argparse.ArgumentParser(description="给网站的各种页面拍照")
    parser.add_argument("kinds", nargs="*", help="只拍这些页面")
    parser.add_argument("--out", type=Path, default=Path("shots"), help="放在哪里")
    parser.add_argument("--site", type=Path, help="拍这个已经生成的网站")
    parser.add_argument("--readme", action="store_true", help="只拍 README 里的几张，放在 docs/pictures")
    given = parser.parse_args()
    out = Path("docs/pictures") if given.readme else given.out
    take = shoot_readme if given.readme else partial(shoot, wanted=given.kinds)
    if given.site is not None:
        taken = take(given.site.resolve(), out)
    else:
        from noveto.site.build import build_site

        with tempfile.TemporaryDirectory(prefix="noveto-shots-") as base:
            root = make_demo(Path(base) / "ledger", 600)
            build_site(root, Path(base) / "site", today=TODAY, now=NOW)
            taken = take(Path(base) / "site", out)
    print(f"{taken} 张照片在 {out}/")  # noqa: T201 - the command's only answer


if __name__ == "__main__":
    main()
