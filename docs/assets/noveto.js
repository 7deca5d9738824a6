/* Noveto: what pages do when script runs. Everything here improves pages that work without it. */
(function () {
  "use strict";
  var T = window.NovetoTime, data = window.NOVETO_CALENDAR;
  var cal = T && data ? new T.Calendar(data) : null;
  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function one(selector) { return document.querySelector(selector); }
  function make(tag, css, text) {
    var element = document.createElement(tag);
    if (css) element.className = css;
    if (text) element.textContent = text;
    return element;
  }
  var Noveto = (window.Noveto = { calendar: cal, today: null, listeners: [], all: all, one: one, make: make });
  /** Calls `act(today)` now if today is known, and again when the reader's today turns out to be another day. */
  Noveto.onDay = function (act) {
    Noveto.listeners.push(act);
    if (Noveto.today !== null) act(Noveto.today);
  };

  // -- the reader's today -------------------------------------------------------------------------------
  var clock = one("#nv-clock");
  var info = window.NOVETO_BUILT || {};
  var dataDay = T ? T.parse(info.at) : null;
  var help = info.help ? "管理员 " + info.help : "管理员";
  function settle(day, wrong) {
    Noveto.today = day;
    var lines = wrong ? [wrong] : [];
    if (cal && dataDay !== null && cal.workdaysBetween(dataDay, day) > 1)
      lines.push("▲ 这份数据是 " + T.iso(dataDay).slice(5) + " " + (info.at || "").slice(11, 16) +
        " 的。到期状态已按今天重算，新登记的件可能还没有。" + help + "。");
    if (clock) {
      clock.textContent = lines.join(" ");
      clock.hidden = !lines.length;
    }
    Noveto.listeners.forEach(function (act) { act(day); });
  }
  function wrongClock(pc, day, source) {
    return "▲ 这台电脑的日期是 " + T.iso(pc) + "，不对。下面按" + source + " " + T.iso(day).slice(5) + " 计算；请" + help + "校时。";
  }
  function start() {
    if (!T) return;
    var pc = T.chinaDay(Date.now());
    var behind = dataDay !== null && pc < dataDay;
    settle(behind ? dataDay : pc, behind ? wrongClock(pc, dataDay, "数据日期") : "");
    if (location.protocol.indexOf("http") !== 0) return;
    fetch(location.href, { method: "HEAD", cache: "no-store" }).then(function (answer) {
      var stamp = Date.parse(answer.headers.get("Date") || "");
      if (isNaN(stamp)) return;
      var server = T.chinaDay(stamp);
      if (dataDay !== null && server < dataDay) return;
      if (server !== pc) settle(server, wrongClock(pc, server, "服务器日期"));
    }).catch(function () { /* no server to ask: the PC's own date stands */ });
  }

  // -- statuses for that day ----------------------------------------------------------------------------
  function restate(today) {
    all("[data-due]").forEach(function (element) {
      var due = T.parse(element.dataset.due);
      if (due === null) return;
      var said = T.status(cal, element.dataset.kind || "due", due, today);
      if (element.textContent !== said.words) element.textContent = said.words;
      element.className = "nv-st " + said.css;
    });
    all("[data-dues]").forEach(function (element) {
      var n = 0, wanted = element.dataset.count;
      (element.dataset.dues || "").split(" ").forEach(function (item) {
        var pair = item.split("*"), due = T.parse(pair[0]);
        if (due === null) return;
        var bucket = T.bucket(cal, due, today);
        if (bucket === wanted || (wanted === "urgent" && (bucket === "late" || bucket === "today"))) n += +(pair[1] || 1);
      });
      var level = n && (wanted === "late" || wanted === "today") ? wanted : "";
      element.textContent = "";
      if (level) element.appendChild(make("span", "nv-st st-" + level, String(n)));
      else element.textContent = String(n);
      var figure = element.closest(".nv-fig");
      if (figure) figure.className = "nv-fig" + (level ? " hot-" + level : "");
      element.classList.toggle("z", !n);
      var fold = element.closest("details");
      if (level && fold) fold.open = true;
    });
    var urgent = one("#nv-urgent");
    if (urgent) {
      var shown = 0;
      all("tbody tr", urgent).forEach(function (row) {
        var badge = row.querySelector("[data-due]"), due = badge && T.parse(badge.dataset.due);
        row.hidden = !(due && due <= today);
        if (!row.hidden) shown++;
      });
      all("[data-urgent]").forEach(function (part) { part.hidden = (part.dataset.urgent === "some") !== shown > 0; });
      all("[data-shown]").forEach(function (part) { part.textContent = String(shown); });
    }
    all("[data-wd]").forEach(function (element) {
      var told = T.derive(cal, today, +element.dataset.wd);
      element.textContent = T.promise(told.due, today) + (told.provisional ? "（暂定）" : "");
    });
    var line = one("#nv-day");
    if (line) line.textContent = T.headlineDay(cal, today);
  }

  // -- small acts ---------------------------------------------------------------------------------------
  function acts() {
    all('[data-act="print"]').forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
    all('[data-act="copy"]').forEach(function (button) {
      if (!navigator.clipboard) return;
      button.hidden = false;
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(location.href).then(function () {
          var text = button.textContent;
          button.textContent = "已复制";
          setTimeout(function () { button.textContent = text; }, 2000);
        });
      });
    });
    // narrow tables are laid out as blocks; their meaning for screen readers is kept by roles
    all("table.nv").forEach(function (table) {
      table.setAttribute("role", "table");
      all("thead,tbody,tfoot", table).forEach(function (part) { part.setAttribute("role", "rowgroup"); });
      all("tr", table).forEach(function (row) { row.setAttribute("role", "row"); });
      all("td", table).forEach(function (cell) { cell.setAttribute("role", "cell"); });
      all("tbody th,tfoot th", table).forEach(function (cell) { cell.setAttribute("role", "rowheader"); });
      all("thead th", table).forEach(function (cell) { cell.setAttribute("role", "columnheader"); });
    });
  }

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
      if (query.get(field.name)) field.value = query.get(field.name);
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
          if (key === "stage") return row.dataset.stage === wanted[key];
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
  /** The shown rows as CSV; a cell that a spreadsheet would take for a formula is written as text. */
  function tableCsv(table) {
    function text(cell) {
      var value = cell.textContent.replace(/\s+/g, " ").trim();
      if (/^[=+\-@\t\r]/.test(value)) value = "'" + value;
      return '"' + value.replace(/"/g, '""') + '"';
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
  Noveto.tableCsv = tableCsv;
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

  // -- 我的待办 without a desk: the unit chosen last on this computer -----------------------------------
  function mine() {
    var table = one("#nv-mine");
    if (!table) return;
    var query = new URLSearchParams(location.search), known = null;
    try { known = localStorage.getItem("noveto-unit"); } catch (error) { /* no storage: ask each time */ }
    var link = known && table.querySelector('a[href$="units/' + known + '.html"]');
    if (link && !query.has("choose")) { location.replace(link.getAttribute("href") + "?mine"); return; }
    all("a", table).forEach(function (item) {
      item.addEventListener("click", function () {
        var unit = /units\/([a-z0-9-]+)/.exec(item.getAttribute("href"));
        try { if (unit) localStorage.setItem("noveto-unit", unit[1]); } catch (error) { /* the choice is not kept */ }
      });
    });
  }
  function mineLine() {
    var line = one("#nv-mine-line");
    if (line && new URLSearchParams(location.search).has("mine")) line.hidden = false;
  }

  // -- a page that is not there: name the number asked for, and look for it ---------------------------------
  function lost() {
    var told = one("#nv-lost"), asked = /\/([a-z][a-z0-9]*-c?\d{8}-\d{2,4})(\.html)?$/.exec(location.pathname);
    if (!told || !asked) return;
    told.textContent = "没有编号 " + asked[1] + " 的件。";
    told.hidden = false;
    one("#nv-lost-find").search = "?q=" + asked[1];
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

  var foot = one("#nv-built");
  if (foot && info.at) foot.textContent = "数据版本 " + (info.version || "—") + " · 数据截至 " + info.at.replace("T", " ");
  acts();
  finder();
  mine();
  mineLine();
  lost();
  sortable();
  if (cal) Noveto.onDay(restate);
  start();
  if (cal) openList();
})();
