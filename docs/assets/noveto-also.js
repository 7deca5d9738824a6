/* Noveto: what else the search box finds: matters, units and guides, in one line each. */
(function () {
  "use strict";
  var N = window.Noveto, S = window.NovetoShards;

  /** Fills `also` with the pages that hold every word (lists of parts); hidden where there are none. */
  window.NovetoAlso = function (also, root, pages, words) {
    var groups = [];
    also.textContent = "";
    also.hidden = true;
    if (!pages || !words.length || !words.every(function (parts) { return parts.length; })) return;
    function holds(text) {
      text = S.plain(text);
      return words.every(function (parts) { return parts.every(function (part) { return text.indexOf(part) >= 0; }); });
    }
    function pick(list, most) {
      var first = [], then = [];
      list.forEach(function (item) {
        if (holds(item.t + " " + (item.h || ""))) first.push(item);
        else if (holds(item.t + " " + (item.h || "") + " " + item.x)) then.push(item);
      });
      return first.concat(then).slice(0, most);
    }
    groups.push(["指路", pick(pages.matters, 4)], ["单位", pick(pages.units, 3)], ["规程", pick(pages.guides, 4)]);
    groups.forEach(function (group) {
      if (!group[1].length) return;
      var line = N.make("p", "nv-also"), first = true;
      line.appendChild(N.make("b", "", group[0] + "："));
      group[1].forEach(function (item) {
        if (!first) line.appendChild(document.createTextNode(" · "));
        first = false;
        line.appendChild(N.link(item.h ? item.t + " › " + item.h : item.t, root + item.u));
        var rest = [group[0] === "指路" ? item.x : "", item.p || ""].filter(Boolean).join(" ");
        if (rest) line.appendChild(N.make("span", "nv-soft", " " + rest));
      });
      also.appendChild(line);
      also.hidden = false;
    });
  };
})();
