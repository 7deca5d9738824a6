/* Noveto: lists as one reads them. 在办与超期 by its filters, a box that finds rows as one types, tables sorted by a click. */
(function () {
  "use strict";
  var T = window.NovetoTime, Noveto = window.Noveto, cal = Noveto.calendar;
  var all = Noveto.all, one = Noveto.one, make = Noveto.make;

  // -- 在办与超期: filters on the rows of the page ------------------------------------------------------
  function openList() {
    var form = one("#nv-filters"), table = one("#nv-rows"), chips = all("#nv-chips a"), none = one("#nv-none");
    if (!table || !form) return;
    var rows = all("tbody tr", table), query = new URLSearchParams(location.search);
    var state = query.get("state") || "all";
    form.hidden = false;
    all('[data-act="filter"]', form).forEach(function (button) {
      button.addEventListener("click", function () { form.classList.toggle("shut"); });
    });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    all("select,input", form).forEach(function (field) {
      var asked = query.get(field.name);
      if (asked) field.value = asked;
      if (asked && !field.value) { // nothing of it is open now: none fits, instead of all
        field.appendChild(new Option(asked, asked));
        field.value = asked;
      }
      field.addEventListener("input", apply);
    });
    function states(row) {
      var badge = row.querySelector(".c-s .nv-st"), due = T.parse(badge.dataset.due), is = { all: true };
      if (badge.dataset.kind === "review") is.stop = true;
      else if (due !== null) is[T.bucket(cal, due, Noveto.today)] = true;
      all(".st-mark", row).forEach(function (mark) {
        if (T.parse(mark.dataset.due) <= Noveto.today) is.mark = true;
      });
      if (row.querySelector(".nv-prov")) is.prov = true;
      return is;
    }
    function apply() {
      var counts = {}, shown = 0, wanted = {};
      all("select,input", form).forEach(function (field) { wanted[field.name] = field.value.trim(); });
      rows.forEach(function (row) {
        var fits = Object.keys(wanted).every(function (key) {
          if (!wanted[key]) return true;
          if (key === "who") return row.querySelector(".c-h").textContent.indexOf(wanted[key]) >= 0;
          if (key === "stage") return row.dataset.stage.split(" ")[0] === wanted[key];
          return row.dataset[key] === wanted[key];
        });
        var is = fits ? states(row) : {};
        Object.keys(is).forEach(function (key) { counts[key] = (counts[key] || 0) + 1; });
        row.hidden = !(fits && is[state]);
        if (!row.hidden) shown++;
      });
      chips.forEach(function (chip) {
        var n = counts[chip.dataset.key] || 0;
        chip.querySelector("b").textContent = String(n);
        chip.classList.toggle("nil", !n);
        chip.classList.toggle("on", chip.dataset.key === state);
        if (chip.dataset.key === state) chip.setAttribute("aria-current", "true");
        else chip.removeAttribute("aria-current");
      });
      one("#nv-shown").textContent = String(shown);
      if (none) none.hidden = shown > 0;
      var next = new URLSearchParams();
      if (state !== "all") next.set("state", state);
      if (query.has("screen")) next.set("screen", "1");
      Object.keys(wanted).forEach(function (key) { if (wanted[key]) next.set(key, wanted[key]); });
      var text = next.toString();
      try { history.replaceState(null, "", location.pathname + (text ? "?" + text : "")); } catch (error) { /* a folder on disk */ }
    }
    chips.forEach(function (chip) {
      chip.addEventListener("click", function (event) {
        event.preventDefault();
        state = chip.dataset.key;
        apply();
      });
    });
    var csv = one("#nv-csv");
    if (csv) csv.addEventListener("click", function (event) {
      event.preventDefault();
      download("在办与超期-" + T.iso(Noveto.today) + ".csv", tableCsv(table));
    });
    Noveto.onDay(apply);
  }
  /** A value as a field of CSV; one that a spreadsheet would take for a formula is written as text. */
  function quoted(value) {
    return '"' + (/^[=+\-@\t\r]/.test(value) ? "'" + value : value).replace(/"/g, '""') + '"';
  }
  /** The shown rows as CSV. */
  function tableCsv(table) {
    function text(cell) {
      var said = cell.cloneNode(true);
      all(".nv-urge,[hidden]", said).forEach(function (button) { button.remove(); });
      return quoted(said.textContent.replace(/\s+/g, " ").trim());
    }
    var lines = [all("thead th", table).map(text).join(",")];
    all("tbody tr", table).forEach(function (row) {
      if (!row.hidden) lines.push(all("th,td", row).map(text).join(","));
    });
    return "\ufeff" + lines.join("\r\n") + "\r\n";
  }
  function download(name, text) {
    var link = make("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  Noveto.quoted = quoted;
  Noveto.download = download;

  // -- a box that filters one table as one types --------------------------------------------------------
  function finder() {
    var box = one("#nv-finder"), table = box && document.getElementById(box.dataset.table);
    if (!table) return;
    var input = box.querySelector("input"), rows = all("tbody tr", table), none = one("#nv-none");
    var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
    var names = rows.map(function (row) { return (row.cells[0] || row).textContent.toLowerCase(); });
    /** A word fits where it stands in the row, or where its characters stand in the name in this order: people
     * shorten (社保卡 for 社会保障卡). */
    function fits(word, index) {
      if (texts[index].indexOf(word) >= 0) return true;
      for (var at = -1, i = 0; i < word.length; i++) {
        at = names[index].indexOf(word[i], at + 1);
        if (at < 0) return false;
      }
      return word.length > 1;
    }
    box.hidden = false;
    input.value = new URLSearchParams(location.search).get("q") || "";
    function apply() {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
      rows.forEach(function (row, index) {
        row.hidden = !words.every(function (word) { return fits(word, index); });
        if (!row.hidden) shown++;
      });
      one("#nv-found").textContent = words.length ? "找到 " + shown + " 条" : "共 " + rows.length + " 条";
      none.hidden = shown > 0;
      none.querySelector("span").textContent = input.value.trim();
      table.hidden = !shown;
    }
    input.addEventListener("input", apply);
    apply();
  }

  // -- tables of the statistics: a click on a heading sorts, a third one restores the given order ----------
  function sortable() {
    all(".nv-page-stats table.blocks").forEach(function (table) {
      var body = table.tBodies[0], heads = all("thead th", table), given = body ? all("tr", body) : [];
      if (given.length < 3) return;
      heads.forEach(function (head, at) {
        head.tabIndex = 0;
        head.title = "点一下排序";
        function sort() {
          var now = head.getAttribute("aria-sort");
          var next = now === "descending" ? "ascending" : now === "ascending" ? "" : "descending";
          heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
          if (next) head.setAttribute("aria-sort", next);
          var rows = given.slice();
          if (next) rows.sort(function (a, b) {
            var one = weight(a.cells[at].textContent), two = weight(b.cells[at].textContent), sign = next === "ascending" ? 1 : -1;
            if (typeof one !== typeof two) return typeof one === "number" ? -1 : 1;
            return sign * (typeof one === "number" ? one - two : one.localeCompare(two, "zh"));
          });
          rows.forEach(function (row) { body.appendChild(row); });
        }
        head.addEventListener("click", sort);
        head.addEventListener("keydown", function (event) {
          if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(); }
        });
      });
    });
  }
  /** 38 / 44 weighs its share, 2.5 日 its number; anything else is a text, nothing (–) comes last. */
  function weight(text) {
    var parts = /^\s*(-?[\d.]+)(?:\s*\/\s*([\d.]+))?/.exec(text);
    if (!parts) return /^\s*[–—]?\s*$/.test(text) ? "\uffff" : text.trim();
    return parts[2] ? (parts[1] / parts[2]) * 1e6 + Number(parts[2]) : Number(parts[1]);
  }

  finder();
  sortable();
  if (cal) openList();
})();
