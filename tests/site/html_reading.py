"""Reading built pages: links, ids, texts, with the standard library's parser."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """Collects what the tests ask about one page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.assets: list[str] = []
        self.ids: list[str] = []
        self.inline_styles: list[str] = []
        self.inline_handlers: list[str] = []
        self.text: list[str] = []
        self.tables: list[list[list[str]]] = []
        self._table_rows: list[list[str]] | None = None
        self._skip = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        for name in ("src", "href", "action"):
            if tag != "a" and given.get(name):
                self.assets.append(given[name])
        if given.get("id"):
            self.ids.append(given["id"])
        if "style" in given or tag == "style":
            self.inline_styles.append(tag)
        self.inline_handlers += [name for name in given if name.startswith("on")]
        if tag in ("script", "style"):
            self._skip += 1
        if tag == "table":
            self._table_rows = []
        if tag == "tr" and self._table_rows is not None:
            self._table_rows.append([])
        if tag in ("td", "th") and self._table_rows:
            self._table_rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._skip -= 1
        if tag == "table" and self._table_rows is not None:
            self.tables.append(self._table_rows)
            self._table_rows = None

    def handle_data(self, data):
        if self._skip:
            return
        self.text.append(data)
        if self._table_rows and self._table_rows[-1]:
            self._table_rows[-1][-1] += data

    @property
    def words(self) -> str:
        return "".join(self.text)

    def case_rows(self) -> list[list[str]]:
        """Rows of the lists of cases (tables whose first column is a status)."""
        return [row for table in self.tables if table and table[0][0] == "时限状态" for row in table[1:]]
