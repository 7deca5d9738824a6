/* Noveto: 查类案. Asks the worker; what comes back is shown outcome first. */
(function () {
  "use strict";
  var N = window.Noveto, T = window.NovetoTime, S = window.NovetoShards, one = N.one, make = N.make;
  var form = one("#nv-alike");
  if (!form) return;
  if (location.protocol.indexOf("http") !== 0) { one("#nv-from-disk").hidden = false; return; }
  var box = form.elements.q, line = one("#nv-alike-said"), body = one("#nv-alike-rows tbody"), root = form.dataset.root;
  var turn = 0, like = "", timer = 0, worker = null;
  form.hidden = false;

  function cell(css, label, text) {
    var item = make("td", css, text);
    if (label) item.dataset.l = label;
    item.setAttribute("role", "cell");
    return item;
  }
  function outcome(hit) {
    var status = hit.status;
    if (status[2] && status[3]) { var now = T.status(N.calendar, status[2], status[3], N.today); return [now.words, now.css]; }
    if (hit.result && status[4] === 0) return [hit.result, /办成|指路|说明/.test(hit.result) ? "st-done" : "st-void"];
    return [status[0], status[1]];
  }
  function row(hit) {
    var item = make("tr"), said = outcome(hit), first = cell("d", ""), number = cell("i", "编号"), link = make("a", "", hit.id);
    item.setAttribute("role", "row");
    first.appendChild(make("span", "nv-st " + said[1], said[0]));
    link.href = root + S.page(hit.id);
    number.appendChild(link);
    var matter = cell("", "", hit.matter + " ");
    matter.appendChild(make("span", "nv-soft", hit.unit));
    [first, cell("d", "用时", hit.used >= 0 ? hit.used + " 个工作日" : ""), number, matter, cell("", "", hit.reason),
      cell("nv-soft", "相同的字", hit.shared.join("、"))].forEach(function (part) { item.appendChild(part); });
    return item;
  }
  function heard(event) {
    var told = event.data;
    if (told.reading) { line.textContent = "正在读 " + told.reading + " 年的件……"; return; }
    if (told.turn !== turn) return;
    if (told.error) { line.textContent = "读不到查询用的数据（" + told.error + "）。请刷新一次；还不行，请打管理员。"; return; }
    var units = form.elements.unit;
    if (units.options.length === 1) Object.keys(told.units).forEach(function (key) {
      var item = make("option", "", told.units[key]);
      item.value = key;
      units.appendChild(item);
    });
    if (like && !box.value) box.value = told.question;
    body.textContent = "";
    var good = 0;
    told.found.forEach(function (hit) {
      if (/办成/.test(hit.result)) good++;
      body.appendChild(row(hit));
    });
    one("#nv-alike-box").hidden = !told.found.length;
    one("#nv-alike-none").hidden = told.found.length > 0;
    line.textContent = told.missing ? "没有编号 " + like + " 的件，请直接写一两句。"
      : told.found.length ? "类似的 " + told.found.length + " 件，其中 " + good + " 件办成（查了 " + told.searched + " 件）。" : "";
    if (told.missing) one("#nv-alike-none").hidden = true;
    document.documentElement.dataset.took = String(told.took);
  }
  function ask() {
    var text = box.value.trim();
    if (text.length < 2 && !like) {
      line.textContent = (text && "一个字查不出来。") + "请写一两句：什么事、卡在哪里。";
      turn++;
      one("#nv-alike-box").hidden = one("#nv-alike-none").hidden = true;
      box.focus();
      return;
    }
    if (!worker) {
      worker = new Worker(form.dataset.worker);
      worker.onmessage = heard;
      worker.onerror = function () { line.textContent = "这台电脑的浏览器查不了类案，请打管理员，或者问综合导办台。"; };
    }
    line.textContent = "正在找……";
    worker.postMessage({
      turn: ++turn, base: new URL(root, location.href).href, text: text, like: like, top: 10,
      only: form.elements.only.value, unit: form.elements.unit.value
    });
    var query = new URLSearchParams();
    if (like) query.set("like", like);
    if (text && text.length <= 200) query.set("q", text);
    history.replaceState(null, "", location.pathname + (query.toString() ? "?" + query : ""));
  }
  form.addEventListener("submit", function (event) { event.preventDefault(); like = ""; ask(); });
  box.addEventListener("input", function () {
    like = "";
    clearTimeout(timer);
    if (box.value.trim().length > 3) timer = setTimeout(ask, 500);
  });
  [form.elements.only, form.elements.unit].forEach(function (field) { field.addEventListener("input", ask); });
  var query = new URLSearchParams(location.search);
  like = query.get("like") || "";
  box.value = query.get("q") || "";
  if (like || box.value) N.onDay(function () { if (!turn) ask(); });
})();
