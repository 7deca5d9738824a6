/* Noveto: the calculator of guide/time. */
(function () {
  "use strict";
  function start() {
    var T = window.NovetoTime, N = window.Noveto, box = document.getElementById("nv-calc");
    var cal = window.NOVETO_CALENDAR && T ? new T.Calendar(window.NOVETO_CALENDAR) : null;
    if (!cal || !box) return;
    document.getElementById("nv-noscript").hidden = true;
    box.hidden = false;
    var form = box.querySelector("form"), answer = document.getElementById("nv-answer"), today = T.chinaDay(Date.now());
    var query = new URLSearchParams(location.search);
    form.elements.start.value = T.parse(query.get("start")) !== null ? query.get("start") : T.iso(today);
    if (/^\d+$/.test(query.get("n") || "")) form.elements.n.value = query.get("n");
    if (query.get("unit") === "cd") form.elements.unit.value = "cd";
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("input", show);
    form.querySelector('[data-act="pause"]').addEventListener("click", function () {
      var rows = form.querySelectorAll(".nv-pause"), copy = rows[rows.length - 1].cloneNode(true);
      copy.querySelectorAll("input").forEach(function (field) { field.value = ""; });
      rows[rows.length - 1].after(copy);
    });
    form.querySelectorAll("[data-n]").forEach(function (button) {
      button.addEventListener("click", function () {
        form.elements.n.value = button.dataset.n;
        form.elements.unit.value = "wd";
        show();
      });
    });
    function pauses() {
      var found = [];
      form.querySelectorAll(".nv-pause").forEach(function (row) {
        var from = T.parse(row.querySelector("[name=from]").value), to = T.parse(row.querySelector("[name=to]").value);
        if (from !== null) found.push({ start: from, end: to });
      });
      return found;
    }
    function show() {
      var start = T.parse(form.elements.start.value), n = +form.elements.n.value;
      answer.textContent = "";
      if (start === null || form.elements.n.value === "" || n < 0 || n > 400 || n !== Math.floor(n)) {
        answer.append(N.make("p", "nv-soft", "请填好开始那天和天数（0 到 400）。"));
        return;
      }
      var days = form.elements.unit.value === "cd", stops = pauses();
      var told = T.derive(cal, start, n, stops, days);
      if (told.due === null) {
        answer.append(N.make("p", "nv-due", "中止期间没有到期日"));
        answer.append(N.make("p", "", "已用 " + told.used + " 日，恢复后还剩 " + told.remaining + " 日。恢复那天起接着数。"));
      } else {
        answer.append(N.make("p", "nv-due", T.sentence(told.due, today) + " 下班前" + (told.provisional ? "（暂定）" : "")));
        var said = T.status(cal, "due", told.due, today), line = N.make("p", "");
        line.append(N.make("span", "nv-st " + said.css, said.words));
        answer.append(line);
        answer.append(N.make("p", "", "可以这样说：“最晚 " + T.sentence(told.due, today) + " 下班前答复您。”"));
        if (!days && n > 0) {
          var other = T.derive(cal, start, n, stops, true);
          if (other.due !== null && other.due !== told.due)
            answer.append(N.make("p", "nv-soft", "按自然日口径是 " + T.short(cal, other.due, today) + "，只提示，不算超期。"));
        }
        if (told.provisional)
          answer.append(N.make("p", "nv-note", T.iso(cal.knownThrough + 1) + " 以后的放假通知还没有录入，按周末和法定节日暂算，录入后可能会变。"));
      }
      answer.append(N.make("p", "nv-soft", "一天一天数：" + T.short(cal, start, today) + " 是开始那天，不算。"));
      answer.append(list(told));
    }
    /** Counted days one by one; skipped days of the same reason as one box. */
    function list(told) {
      var out = N.make("ol", "nv-days"), all = [];
      told.counted.forEach(function (day, index) { all.push({ day: day, n: index + 1 }); });
      told.skipped.forEach(function (skip) { all.push({ day: skip.day, why: skip.why }); });
      all.sort(function (a, b) { return a.day - b.day; });
      for (var i = 0; i < all.length; i++) {
        var item = all[i], box = N.make("li", item.why ? "skip" : item.day === told.due ? "end" : "");
        if (item.why) {
          var last = i;
          while (last + 1 < all.length && all[last + 1].why === item.why && all[last + 1].day === all[last].day + 1) last++;
          var text = T.iso(item.day).slice(5) + (last > i ? " 至 " + T.iso(all[last].day).slice(5) : " " + T.weekday(item.day));
          box.append(text, N.make("b", "", item.why + "不算"));
          i = last;
        } else box.append(T.short(cal, item.day, today), N.make("b", "", "第 " + item.n + " 日"));
        out.append(box);
      }
      if (told.due !== null && told.counted[told.counted.length - 1] !== told.due) {
        var end = N.make("li", "end");
        end.append(T.short(cal, told.due, today), N.make("b", "", "顺延到"));
        out.append(end);
      }
      return out;
    }
    show();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
