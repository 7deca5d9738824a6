/* Noveto: which cases of a year's columns answer a question. Pure: columns and a question in, places of rows out. */
(function () {
  "use strict";
  var N = window.Noveto, T = window.NovetoTime, S = window.NovetoShards;
  var SHIFT = 1048576; // a row's number: place of its year times this, plus its place in the year

  /** Folds the repeated values of a year once, for looking words up in them. `units` are names by key. */
  function fold(y, units) {
    var of = y.rows.of;
    y.folded = {};
    ["matter", "window", "holder", "stage", "reason"].forEach(function (name) { y.folded[name] = of[name].map(S.plain); });
    y.folded.unit = of.unit.map(function (key) { return S.plain(units[key] || key); });
  }
  function tokens(q) {
    var words = q.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).map(function (raw) {
      return { raw: raw, parts: S.plain(raw).split(" ").filter(Boolean), id: /^[0-9a-z-]+$/.test(raw) };
    });
    var kept = words.filter(function (word) { return word.parts.length; }); // a sign between blanks asks for nothing
    return kept.length ? kept : words;
  }
  /** For each value of a year's table, whether it holds `part`. */
  function tables(y, part) {
    var found = {};
    Object.keys(y.folded).forEach(function (name) {
      found[name] = y.folded[name].map(function (text) { return text.indexOf(part) >= 0; });
    });
    return found;
  }
  function states(y, wanted) {
    var today = N.today, cal = N.calendar;
    return y.rows.of.status.map(function (item) {
      var live = item[4] === 1, bucket = "";
      if (wanted === "open") return live;
      if (wanted === "ended") return !live;
      if (wanted === "latedone") return item[1].indexOf("st-latedone") >= 0;
      if (!live) return false;
      if (item[2] === "review" || item[1].indexOf("st-stop") >= 0) return wanted === "stop";
      if (item[2] === "due") bucket = T.bucket(cal, item[3], today);
      return bucket === wanted;
    });
  }
  function equal(table, value) { return table.map(function (item) { return item === value; }); }
  function findIn(y, at, now, words, out) {
    var r = y.rows, tests = [];
    if (now.unit) tests.push([r.unit, equal(r.of.unit, now.unit)]);
    if (now.reason) tests.push([r.reason, equal(r.of.reason, now.reason)]);
    if (now.track) tests.push([r.track, equal(r.of.track, now.track)]);
    if (now.result) tests.push([r.result, equal(r.of.result, now.result)]);
    if (now.state) tests.push([r.status, states(y, now.state)]);
    var asks = words.map(function (word) {
      return { word: word, tables: word.parts.map(function (part) { return tables(y, part); }) };
    });
    rows: for (var i = 0; i < r.n; i++) {
      for (var t = 0; t < tests.length; t++) if (!tests[t][1][tests[t][0][i]]) continue rows;
      for (var w = 0; w < asks.length; w++) {
        var ask = asks[w], ok = ask.word.id && r.id[i].indexOf(ask.word.raw) >= 0;
        if (!ok && ask.tables.length) {
          ok = true;
          for (var p = 0; p < ask.tables.length && ok; p++) {
            var f = ask.tables[p];
            ok = f.matter[r.matter[i]] || f.unit[r.unit[i]] || f.window[r.window[i]] || f.holder[r.holder[i]] ||
              f.stage[r.stage[i]] || f.reason[r.reason[i]] || (y.words !== null && y.words[i].indexOf(ask.word.parts[p]) >= 0);
          }
        }
        if (!ok) continue rows;
      }
      out.push(at * SHIFT + i);
    }
  }
  /** Sorts places by a whole number each: one number for key and place needs no comparing function, and equal keys stay
   * in their order. */
  function sorted(places, key) {
    var keys = new Float64Array(places.length), out = new Array(places.length), i;
    for (i = 0; i < places.length; i++) keys[i] = key(places[i]) * 16777216 + i;
    keys.sort();
    for (i = 0; i < places.length; i++) out[i] = places[keys[i] % 16777216];
    return out;
  }

  window.NovetoFind = { SHIFT: SHIFT, fold: fold, tokens: tokens, findIn: findIn, sorted: sorted };
})();
