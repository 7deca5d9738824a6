/* Noveto: 投屏. 在办与超期 in large type on the hall's screen, turning pages by itself; the filters of the address hold. */
(function () {
  "use strict";
  var N = window.Noveto, table = N.one("#nv-rows"), button = N.one('[data-act="screen"]');
  var SECONDS = 12, FRESH = 300;
  if (!table || !button) return;

  function address(on) {
    var query = new URLSearchParams(location.search);
    if (on) query.set("screen", "1");
    else query.delete("screen");
    var text = query.toString();
    return location.pathname + (text ? "?" + text : "");
  }
  if (!new URLSearchParams(location.search).has("screen")) {
    button.hidden = false;
    button.addEventListener("click", function () { location.assign(address(true)); });
    return;
  }

  var line = N.make("p", "nv-screen-line"), said = N.make("span"), leave = N.make("a", "", "退出投屏");
  var from = 0, still = false, turns = 0;
  leave.href = address(false);
  line.setAttribute("role", "status");
  line.appendChild(said);
  line.appendChild(leave);
  table.parentNode.parentNode.appendChild(line);
  document.documentElement.classList.add("nv-screen");
  var chosen = N.all("#nv-filters select").map(function (field) {
    return field.value ? field.options[field.selectedIndex].textContent : "";
  }).filter(Boolean);
  if (chosen.length) N.one("h1").textContent += " · " + chosen.join(" · ");
  document.title = "投屏 · " + document.title;

  function listed() { return N.all("tbody tr", table).filter(function (row) { return !row.hidden; }); }
  /** Shows as many rows from `first` on as fit above the line, and returns the number of the next one. */
  function fill(first) {
    var rows = listed(), room = window.innerHeight - line.offsetHeight - 4, next = first;
    rows.forEach(function (row) { row.classList.add("nv-off"); });
    while (next < rows.length) {
      rows[next].classList.remove("nv-off");
      if (next > first && table.getBoundingClientRect().bottom > room) { rows[next].classList.add("nv-off"); break; }
      next++;
    }
    var whole = first === 0 && next === rows.length;
    var place = rows.length ? "第 " + (first + 1) + "–" + next + " 件，共 " + rows.length + " 件" : "没有这样的件";
    said.textContent = place + (whole ? "" : still ? " · 停在这一页，按空格接着翻" : " · " + SECONDS + " 秒一页，按空格停") + " · 按 Esc ";
    return next;
  }
  var next = 0;
  function show(first) {
    from = first < listed().length ? first : 0;
    window.scrollTo(0, 0);
    next = fill(from);
  }
  function turn() {
    if (still) return;
    turns++;
    if (location.protocol.indexOf("http") === 0 && turns * SECONDS >= FRESH && next >= listed().length) {
      turns = 0; // newly filed cases: only where the server answers, else the old list stays on the screen
      fetch(location.href, { method: "HEAD", cache: "no-store" }).then(function (answer) {
        if (answer.ok) location.reload();
      }).catch(function () { /* no network: the list stays */ });
    }
    show(next);
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") location.assign(address(false));
    else if (event.key === " ") { event.preventDefault(); still = !still; show(from); }
    else if (event.key === "ArrowRight" || event.key === "PageDown") { event.preventDefault(); show(next); }
  });
  window.addEventListener("resize", function () { show(from); });
  N.onDay(function () { show(0); });
  setInterval(turn, SECONDS * 1000);
})();
