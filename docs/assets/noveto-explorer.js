/* Noveto: 案件查询. Filters, sorts and shows all cases from the yearly columns; nothing here writes HTML. */
(function () {
  "use strict";
  var N = window.Noveto, T = window.NovetoTime, S = window.NovetoShards, one = N.one, make = N.make;
  var form = one("#nv-search");
  if (!form) return;
  if (location.protocol.indexOf("http") !== 0) { one("#nv-from-disk").hidden = false; return; }
  var PAGE = 50, F = window.NovetoFind, SHIFT = F.SHIFT;
  var root = form.dataset.root, shards = new S.Shards(new URL(root, location.href).href);
  var filters = one("#nv-search-filters"), body = one("#nv-search-rows tbody"), count = one("#nv-count");
  var none = one("#nv-search-none"), also = one("#nv-also");
  var page = 0, hits = [], pages = null, reading = "", broken = "", turn = 0, timer = 0;

  // -- what is asked ------------------------------------------------------------------------------------
  function fields() { return N.all("input,select", form); }
  function asked() {
    var now = {};
    fields().forEach(function (field) { now[field.name] = field.value.trim(); });
    return now;
  }
  function fromAddress() {
    var query = new URLSearchParams(location.search);
    fields().forEach(function (field) {
      var value = query.get(field.name) || "";
      if (field.tagName === "SELECT" && value && !N.all("option", field).some(function (o) { return o.value === value; }))
        option(field, value, value);
      field.value = value;
    });
    page = Math.max(0, (parseInt(query.get("page"), 10) || 1) - 1);
  }
  function toAddress() {
    var now = asked(), query = new URLSearchParams();
    Object.keys(now).forEach(function (key) { if (now[key]) query.set(key, now[key]); });
    if (page) query.set("page", String(page + 1));
    var text = query.toString();
    history.replaceState(null, "", location.pathname + (text ? "?" + text : ""));
  }
  function option(select, value, text) {
    var item = make("option", "", text);
    item.value = value;
    select.appendChild(item);
  }
  function narrowed(now) {
    return Object.keys(now).some(function (key) { return now[key]; });
  }

  // -- reading what is needed ---------------------------------------------------------------------------
  /** Years the question needs: all of them as soon as anything is asked, the newest ones up to the page otherwise. */
  function needed(now) {
    if (now.year) return shards.years.filter(function (y) { return String(y.year) === now.year; });
    if (narrowed(now)) return shards.years;
    var sum = 0, last = (page + 1) * PAGE;
    return shards.years.filter(function (y) { var take = sum < last; sum += y.n; return take; });
  }
  function readOn() {
    var mine = ++turn, now = asked(), shown = false;
    function step() {
      if (mine !== turn) return;
      var next = needed(now).filter(function (y) { return !y.rows || (now.q && !y.words); })[0];
      if (!next) {
        var done = shown && reading === "";
        reading = "";
        if (!done) show();
        return;
      }
      reading = "正在读 " + next.year + " 年的件……";
      say();
      shards.rows(next).then(function (y) { return now.q ? shards.words(y) : y; }).then(function (y) {
        if (!y.folded) prepare(y);
        if (mine === turn) { find(); show(); }
        step();
      }).catch(failed);
    }
    reading = "";
    find();
    if (needed(now).every(function (y) { return y.rows && (!now.q || y.words); })) { show(); shown = true; }
    else if (hits.length) { reading = "正在读其余的件……"; show(); }
    step();
    if (now.q && !pages) shards.pages().then(function (found) { pages = found; other(); }).catch(function () { pages = null; });
    else other();
  }
  function failed(error) {
    broken = "读不到查询用的数据（" + error.message + "）。请刷新一次；还不行，请打管理员" +
      (shards.index && shards.index.help ? " " + shards.index.help : "") + "。";
    reading = "";
    say();
  }
  /** Folds the repeated values of a year once and adds them to the selects. */
  function prepare(y) {
    var of = y.rows.of;
    F.fold(y, shards.index.units);
    [["reason", of.reason], ["track", of.track], ["result", of.result]].forEach(function (pair) {
      var select = form.elements[pair[0]], there = N.all("option", select).map(function (item) { return item.value; });
      pair[1].forEach(function (text) { if (text && there.indexOf(text) < 0) option(select, text, text); });
    });
  }

  // -- finding ------------------------------------------------------------------------------------------
  function find() {
    var now = asked(), words = F.tokens(now.q), out = [];
    var wanted = needed(now);
    shards.years.forEach(function (y, at) { if (y.rows && wanted.indexOf(y) >= 0) F.findIn(y, at, now, words, out); });
    if (now.sort === "old") out.reverse();
    if (now.sort === "due" || now.sort === "used") out = F.sorted(out, now.sort === "due" ? dueKey : usedKey);
    hits = out;
  }
  function cell(ref, name) { return shards.years[Math.floor(ref / SHIFT)].rows[name][ref % SHIFT]; }
  function value(ref, name) {
    var y = shards.years[Math.floor(ref / SHIFT)].rows;
    return y.of[name][y[name][ref % SHIFT]];
  }
  function dueKey(ref) {
    var status = value(ref, "status"), due = cell(ref, "due");
    return status[4] === 1 && due ? due : 99999;
  }
  function usedKey(ref) { return 99999 - cell(ref, "used"); }

  // -- showing ------------------------------------------------------------------------------------------
  function said(ref) {
    var status = value(ref, "status");
    return status[2] && status[3] ? T.status(N.calendar, status[2], status[3], N.today) : { words: status[0], css: status[1] };
  }
  function texts(ref) {
    var key = value(ref, "unit");
    return [said(ref).words, T.short(N.calendar, cell(ref, "raised"), N.today), cell(ref, "id"), value(ref, "matter"),
      shards.index.units[key] || key, value(ref, "stage"), value(ref, "holder") || "—"];
  }
  function row(ref) {
    var line = make("tr"), shown = texts(ref), state = said(ref), url = root + S.page(shown[2]);
    line.setAttribute("role", "row");
    ["d c-s", "d c-d", "i c-i", "c-m", "d c-t", "c-g", "h c-h"].forEach(function (css, at) {
      var box = make("td", css);
      box.setAttribute("role", "cell");
      if (at === 0) box.appendChild(make("span", "nv-st " + state.css, shown[0]));
      else if (at === 2 || at === 3) box.appendChild(N.link(shown[at], url, at === 3 ? "q" : ""));
      else if (at === 6) shown[at].split(/( [0-9][0-9-]+)/).forEach(function (part, odd) {
        box.appendChild(odd % 2 ? make("span", "nv-ext", part) : document.createTextNode(part));
      });
      else box.textContent = shown[at];
      line.appendChild(box);
    });
    return line;
  }
  function whole(n) { return String(n).replace(/\B(?=(\d{3})+$)/g, " "); }
  function known() {
    var now = asked();
    return now.year || narrowed(now) ? hits.length : shards.index.total;
  }
  function say() {
    var total = shards.index ? known() : 0, text = broken;
    if (!text && shards.index) {
      text = hits.length
        ? (total > PAGE ? "第 " + whole(page * PAGE + 1) + "–" + whole(Math.min(total, (page + 1) * PAGE)) + " 件，" : "") +
          (reading ? "已找到 " : "共 ") + whole(total) + " 件"
        : "";
      if (reading) text += (text ? " · " : "") + reading;
    }
    count.textContent = text;
    form.setAttribute("aria-busy", String(reading !== ""));
  }
  function show() {
    var total = known(), last = Math.max(0, Math.ceil(total / PAGE) - 1);
    if (!reading && page > last) page = last;
    body.textContent = "";
    var part = document.createDocumentFragment();
    hits.slice(page * PAGE, (page + 1) * PAGE).forEach(function (ref) { part.appendChild(row(ref)); });
    body.appendChild(part);
    one("#nv-search-box").hidden = one("#nv-search-tools").hidden = !hits.length;
    one("#nv-search-pages").hidden = total <= PAGE;
    one("#nv-search-page").textContent = "第 " + (page + 1) + " 页，共 " + (last + 1) + " 页";
    one('[data-do="back"]').disabled = page === 0;
    one('[data-do="on"]').disabled = page >= last;
    one('[data-do="csv"]').textContent = "导出这 " + whole(total) + " 件（CSV）";
    one('[data-do="clear"]').hidden = !narrowed(asked());
    empty();
    say();
  }
  /** Empty states, in the words of the design: what was looked for, and three ways on. */
  function empty() {
    var now = asked(), loose = hits.length > 0 || reading !== "" || broken !== "";
    none.hidden = loose;
    none.textContent = "";
    if (loose) return;
    function add(part) { none.appendChild(typeof part === "string" ? document.createTextNode(part) : part); }
    var id = /^([a-z][a-z0-9-]*)-(\d{4})(\d{2})(\d{2})-(\d+)$/.exec(now.q.toLowerCase());
    var desk = shards.index.guide_desk;
    if (id) { unknownId(now.q, id, add); return; }
    if (!now.q) {
      add("没有符合的件（查了 " + whole(searched(now)) + " 件）。可以：");
      add(button("清除条件", clear));
      add(" · ");
      add(N.link("看全部在办", "open.html"));
      return;
    }
    add("没有含“" + (now.q.length > 40 ? now.q.slice(0, 40) + "……" : now.q) + "”的件（查了 " + whole(searched(now)) + " 件）。可以：");
    add(button("少写两个字", function () {
      form.elements.q.value = now.q.slice(0, Math.max(1, now.q.length - 2));
      form.elements.q.focus();
      changed();
    }));
    add(" · ");
    add(N.link("查类案", "similar.html?q=" + encodeURIComponent(now.q)));
    add(" · 问综合导办台" + (desk ? " " + desk : "") + "。");
  }
  function unknownId(asks, id, add) {
    var unit = id[1], day = id[2] + "-" + id[3] + "-" + id[4], prefix = unit + "-" + id[2] + id[3] + id[4] + "-", top = "";
    shards.years.forEach(function (y) {
      if (y.rows) y.rows.id.forEach(function (name) {
        if (name.indexOf(prefix) === 0 && +name.slice(prefix.length) > +top) top = name.slice(prefix.length);
      });
    });
    var number = T.parse(day), when = number === N.today ? "今天" : " " + day.slice(5) + " ";
    add("没有编号 " + asks + " 的件。");
    if (shards.index.units[unit] && number !== null)
      add(shards.index.units[unit] + (top ? when + "最大是 -" + top + "。" : when + "没有登记的件。"));
    add(N.link(number === N.today ? "今天登记的件" : "这一天登记的件", "search.html?q=" + id[2] + id[3] + id[4]));
    add(" ");
    add(button("按事项查", clear));
  }
  function searched(now) {
    return needed(now).reduce(function (sum, y) { return sum + y.n; }, 0);
  }
  function button(text, act) {
    var item = make("button", "nv-link", text);
    item.type = "button";
    item.addEventListener("click", act);
    return item;
  }
  function clear() {
    fields().forEach(function (field) { field.value = ""; });
    form.elements.q.focus();
    changed();
  }

  function other() {
    var words = F.tokens(asked().q).map(function (word) { return word.parts; });
    window.NovetoAlso(also, root, pages, words);
  }

  // -- acts ---------------------------------------------------------------------------------------------
  function changed() {
    page = 0;
    toAddress();
    readOn();
  }
  function turnTo(next) {
    page = next;
    toAddress();
    readOn();
    one("#nv-count").scrollIntoView({ block: "nearest" });
  }
  function csv() {
    var lines = [N.all("#nv-search-rows thead th").map(function (head) { return N.quoted(head.textContent); }).join(",")];
    hits.forEach(function (ref) {
      var shown = texts(ref);
      shown[1] = T.iso(cell(ref, "raised"));
      lines.push(shown.map(N.quoted).join(","));
    });
    N.download("案件查询-" + T.iso(N.today) + ".csv", "\ufeff" + lines.join("\r\n") + "\r\n");
  }
  function csvOfAll() {
    if (hits.length === known()) { csv(); return; }
    var rest = shards.years.filter(function (y) { return !y.rows; });
    Promise.all(rest.map(function (y) { return shards.rows(y).then(prepare.bind(null, y)); })).then(function () {
      hits = [];
      shards.years.forEach(function (y, at) { F.findIn(y, at, asked(), [], hits); });
      csv();
    }).catch(failed);
  }
  function start() {
    form.hidden = false;
    shards.years.forEach(function (y) { option(form.elements.year, String(y.year), y.year + " 年（" + whole(y.n) + "）"); });
    Object.keys(shards.index.units).forEach(function (key) { option(form.elements.unit, key, shards.index.units[key]); });
    fromAddress();
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    fields().forEach(function (field) {
      field.addEventListener("input", function () {
        clearTimeout(timer);
        timer = setTimeout(changed, field.name === "q" ? 120 : 0);
      });
    });
    var tap = filters.querySelector(".tap");
    tap.addEventListener("click", function () {
      tap.setAttribute("aria-expanded", String(!filters.classList.toggle("shut")));
    });
    one('[data-do="back"]').addEventListener("click", function () { turnTo(page - 1); });
    one('[data-do="on"]').addEventListener("click", function () { turnTo(page + 1); });
    one('[data-do="csv"]').addEventListener("click", csvOfAll);
    one('[data-do="clear"]').addEventListener("click", clear);
    one('[data-do="copy"]').hidden = !navigator.clipboard;
    one('[data-do="copy"]').addEventListener("click", function (event) {
      navigator.clipboard.writeText(location.href).then(function () {
        event.target.textContent = "已复制";
        setTimeout(function () { event.target.textContent = "复制本页链接"; }, 2000);
      });
    });
    window.addEventListener("popstate", function () { fromAddress(); readOn(); });
    var waiting = true;
    N.onDay(function () { if (waiting) { waiting = false; readOn(); } else { find(); show(); } });
  }
  shards.open().then(start).catch(failed);
})();
