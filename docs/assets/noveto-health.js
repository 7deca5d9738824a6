/* Noveto: 运行状态 where there is a desk. What the running desk knows (queue, backup, disk,
   certificate, token, the daily commands) is asked of it: new lines are added, lines that stand there brought up to date. */
(function () {
  "use strict";
  var N = window.Noveto, table = N.one("#nv-status");
  if (!table || location.protocol.indexOf("http") !== 0) return;
  var labels = N.all("thead th", table).map(function (head) { return head.textContent; });
  function line(sign) {
    var row = N.make("tr"), what = N.make("th", "", sign.what), now = N.make("td"), act = N.make("td", "", sign.do);
    row.setAttribute("role", "row");
    what.scope = "row";
    what.setAttribute("role", "rowheader");
    now.appendChild(N.make("span", "nv-st " + (sign.well ? "st-done" : "st-late st-rest"), sign.now));
    [now, act].forEach(function (cell, at) {
      cell.dataset.l = labels[at + 1];
      cell.setAttribute("role", "cell");
    });
    [what, now, act].forEach(function (cell) { row.appendChild(cell); });
    return row;
  }
  fetch("/desk/health", { cache: "no-store" }).then(function (answer) { return answer.ok ? answer.json() : []; })
    .then(function (signs) {
      var body = table.tBodies[0];
      signs.forEach(function (sign) {
        var old = N.all("tr", body).filter(function (row) { return row.cells[0].textContent === sign.what; })[0];
        if (old) body.replaceChild(line(sign), old);
        else body.appendChild(line(sign));
      });
    })
    .catch(function () { /* the desk does not answer: the other lines stand */ });
})();
