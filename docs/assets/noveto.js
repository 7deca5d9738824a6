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
  function link(text, url, css) {
    var element = make("a", css, text);
    element.href = url;
    return element;
  }
  var Noveto = (window.Noveto = { calendar: cal, today: null, listeners: [], all: all, one: one, make: make, link: link });
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
    return "▲ 这台电脑的日期是 " + T.iso(pc) + "，不对。下面按" + source + " " + T.iso(day).slice(5) + " 计算；请管理员校时" + (info.help ? "（" + info.help + "）" : "") + "。";
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
  /** What stands beside a status: the sentence at the top of a case's page, how far a reply is. */
  function beside(badge, said, due, today) {
    var next = badge.nextSibling, top = badge.closest(".nv-top");
    if (top) top.className = "nv-top " + said.css;
    if (top && next && / · (本该 )?$/.test(next.data)) next.data = due < today ? " · 本该 " : " · ";
    var bar = badge.nextElementSibling, whole = bar && +bar.dataset.whole, left = cal.workdaysBetween(today, due);
    if (!whole) return;
    bar.hidden = today > due || left > whole;
    if (bar.hidden) return;
    bar.firstChild.data = "第 " + (whole - left) + " 日 ";
    bar.lastChild.textContent = new Array(whole - left + 1).join("■") + new Array(left + 1).join("□");
  }
  function restate(today) {
    var live = one("[data-live]");
    if (live && info.today && T.iso(today) !== info.today) { location.replace(live.dataset.live); return; }
    all("[data-due]").forEach(function (element) {
      var due = T.parse(element.dataset.due);
      if (due === null) return;
      var said = T.status(cal, element.dataset.kind || "due", due, today);
      if (element.textContent !== said.words) element.textContent = said.words;
      element.className = "nv-st " + said.css;
      if ("early" in element.dataset) element.hidden = due > today;
      beside(element, said, due, today);
    });
    all("[data-dues]").forEach(function (element) {
      var n = 0, wanted = element.dataset.count, first = null;
      (element.dataset.dues || "").split(" ").forEach(function (item) {
        var pair = item.split("*"), due = T.parse(pair[0]);
        if (due === null) return;
        var bucket = T.bucket(cal, due, today);
        if (bucket === wanted || (wanted === "urgent" && (bucket === "late" || bucket === "today"))) {
          n += +(pair[1] || 1);
          if (first === null || due < first) first = due;
        }
      });
      var level = n && (wanted === "late" || wanted === "today") ? wanted : "";
      element.textContent = "";
      if (level) element.appendChild(make("span", "nv-st st-" + level, String(n)));
      else element.textContent = String(n);
      var figure = element.closest(".nv-fig");
      if (figure) {
        figure.className = "nv-fig" + (level ? " hot-" + level : "");
        // yesterday's number was that of the build: on another day only how long it has been is known
        var note = figure.querySelector("i");
        if (note.dataset.some) note.textContent = n ? note.dataset.some : note.dataset.none;
        if (wanted === "late" && /最长|昨日/.test(note.textContent) && T.iso(today) !== (info.at || "").slice(0, 10))
          note.textContent = n ? "最长 " + cal.workdaysBetween(first, today) + " 个工作日" : "";
      }
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
    var line = one("#nv-day"), at = info.at || "";
    if (line) line.textContent = T.headlineDay(cal, today);
    // a page that did not change is not written again: when the data is from, the build says
    if (at) all("[data-at]").forEach(function (element) {
      var until = element.closest("[data-until]"); // of a period, printed too: never without the day
      var day = T.iso(today) === at.slice(0, 10) && !until ? ""
        : at.slice(T.iso(today).slice(0, 4) !== at.slice(0, 4) ? 0 : 5, 10) + " ";
      element.textContent = day + at.slice(11, 16);
      if (until) until.hidden = false;
    });
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
    var told = one("#nv-lost"), asked = /\/([a-z][a-z0-9-]*-c?\d{8}-\d{2,4})(\.html)?$/.exec(location.pathname);
    if (!told || !asked) return;
    told.textContent = "没有编号 " + asked[1] + " 的件。";
    told.hidden = false;
    one("#nv-lost-find").search = "?q=" + asked[1];
    one("#nv-lost-day").hidden = false;
    one("#nv-lost-day a").search = "?q=" + asked[1].replace(/-\d+$/, "");
  }

  /** A button that posts hidden values to the desk. */
  function post(url, values, text, css) {
    var form = make("form");
    form.method = "post";
    form.action = url;
    Object.keys(values).forEach(function (name) {
      var field = make("input");
      field.type = "hidden";
      field.name = name;
      field.value = values[name];
      form.appendChild(field);
    });
    form.appendChild(make("button", css, text));
    return form;
  }
  /** The buttons of a case's page for the signed-in reader: what the desk lets her do. */
  function offer(acts, me) {
    var may = me.may || [];
    one(".nv-sign").hidden = true;
    all("[data-may]", acts).forEach(function (button) { button.hidden = may.indexOf(button.dataset.may) < 0; });
    // two buttons that print would be one too many: the form is what the desk prints
    if (may.indexOf("form") >= 0 && one('[data-may="form"]')) one('[data-act="print"]').hidden = true;
    if (may.indexOf("remind") >= 0)
      acts.insertBefore(post("/desk/case/" + acts.dataset.desk + "/quick/remind", { csrf: me.csrf, key: me.key },
        "提醒一次", "nv-btn"), acts.children[1]);
  }
  /** 督办 at the end of a row of 在办与超期, for a supervisor of that unit. */
  function urge(row, units) {
    if (units.indexOf(row.dataset.unit) < 0) return;
    row.classList.add("urged");
    row.querySelector(".c-h").appendChild(
      link("督办", "/desk/case/" + row.dataset.id + "/step/note?kind=urged", "nv-urge nv-noprint"));
  }

  // -- who is signed in, where the desk serves the site ---------------------------------------------------
  function who() {
    var place = one("#nv-who"), acts = one(".nv-acts[data-desk]"), sign = one(".nv-sign");
    if (!place || !info.desk) return;
    if (location.protocol.indexOf("http") !== 0) {
      if (sign) sign.hidden = true;
      return;
    }
    fetch("/desk/me" + (acts ? "?case=" + encodeURIComponent(acts.dataset.desk) : ""), { cache: "no-store" }).then(function (answer) { return answer.ok ? answer.json() : null; }).then(function (me) {
      if (!me) return;
      if (!me.name) {
        place.appendChild(link("登录", "/desk/sign-in?next=" + encodeURIComponent(location.pathname + location.search)));
        return;
      }
      var leave = post("/desk/sign-out", { csrf: me.csrf }, "换人", "");
      if (acts) offer(acts, me);
      if (me.urges && me.urges.length) all("#nv-rows tbody tr").forEach(function (row) { urge(row, me.urges); });
      place.appendChild(make("b", "", me.name));
      place.appendChild(make("span", "nv-post", " · " + me.place));
      place.appendChild(leave);
      var tab = one('.nv-nav a[href$="mine.html"]');
      if (tab && me.count) tab.textContent += " " + me.count;
    }).catch(function () { /* the desk does not answer: the site is the same for everybody */ });
  }

  var foot = one("#nv-built");
  if (foot && info.at) foot.textContent = "数据版本 " + (info.version || "—") + " · 数据截至 " + info.at.replace("T", " ") +
    (info.checked ? " · 上次检查 " + info.checked.replace("T", " ") : "");
  acts();
  mine();
  mineLine();
  lost();
  who();
  if (cal) Noveto.onDay(restate);
  start();
})();
