/* Noveto: BM25 over characters and pairs, in a worker. The twin of noveto.similar.index; a test compares them. */
(function (root) {
  "use strict";
  var worker = typeof importScripts === "function";
  if (worker) importScripts("noveto-shards.js");
  var S = worker ? root.NovetoShards : require("./noveto-shards.js");
  var K1 = 1.2, B = 0.75, FLOOR = 0.12;
  var EDGE = "的了是在和与及或也就都把被让给对向到从又再还没不能可要会说来去个人有这那他她我您您们着过吗呢吧啊";

  function weight(size, count) { return Math.log(1 + (size - count + 0.5) / (count + 0.5)); }
  function times(text, gram) {
    for (var n = 0, at = text.indexOf(gram); at >= 0; at = text.indexOf(gram, at + gram.length)) n++;
    return n;
  }
  /** Longest substrings common to two folded texts, rarest first. */
  function shared(a, b, weigh, top) {
    var found = new Map(), kept = [];
    (a.match(/[\u3400-\u9fff]{2,}|[0-9a-z]{2,}/g) || []).forEach(function (run) {
      for (var at = 0; at < run.length - 1;) {
        if (b.indexOf(run.substr(at, 2)) < 0) { at++; continue; }
        var end = at + 2, from = at, to;
        while (end < run.length && b.indexOf(run.slice(at, end + 1)) >= 0) end++;
        to = end;
        while (from < to && EDGE.indexOf(run.charAt(from)) >= 0) from++;
        while (to > from && EDGE.indexOf(run.charAt(to - 1)) >= 0) to--;
        if (to - from >= 2) {
          if (at === 0) from = at; // where a phrase begins or ends with a particle it is part of a word: 不动产登记
          if (end === run.length) to = end;
          for (var sum = 0, i = from; i + 1 < to; i++) sum += weigh(run.substr(i, 2));
          found.set(run.slice(from, to), sum);
        }
        at = end - 1;
      }
    });
    Array.from(found.keys()).sort(function (x, y) { return found.get(y) - found.get(x) || (x < y ? -1 : 1); })
      .forEach(function (word) {
        if (kept.length < top && !kept.some(function (other) { return other.indexOf(word) >= 0 || word.indexOf(other) >= 0; }))
          kept.push(word);
      });
    return kept;
  }
  /** The texts most like `question`: [{at, score, shared}…]. `texts` are folded; `wanted(at)` picks which count. */
  function query(texts, question, top, wanted, except) {
    var asked = S.plain(question), list = Array.from(new Set(S.grams(asked))).sort();
    var size = texts.length, width = list.length, tf = new Uint8Array(size * width), df = new Array(width).fill(0);
    if (!width || !size) return [];
    for (var at = 0, sum = 0; at < size; at++) {
      var text = texts[at];
      sum += text.length;
      for (var g = 0; g < width; g++) {
        if (text.indexOf(list[g]) < 0) continue;
        df[g]++;
        tf[at * width + g] = Math.min(255, times(text, list[g]));
      }
    }
    var average = sum / size || 1, weights = new Map(), ceiling = 0, hits = [];
    list.forEach(function (gram, i) {
      var w = weight(size, df[i]);
      weights.set(gram, w);
      ceiling += Math.min(w, weight(size, 1));
    });
    for (at = 0; at < size; at++) {
      if (at === except || (wanted && !wanted(at))) continue;
      var norm = K1 * (1 - B + (B * texts[at].length) / average), score = 0;
      for (g = 0; g < width; g++) {
        var n = tf[at * width + g];
        if (n) score += (weights.get(list[g]) * n * (K1 + 1)) / (n + norm);
      }
      if (score > FLOOR * ceiling) hits.push({ at: at, score: score });
    }
    hits.sort(function (x, y) { return y.score - x.score || x.at - y.at; });
    function weigh(pair) { return weights.get(pair) || 0; }
    return hits.slice(0, top).map(function (hit) {
      return { at: hit.at, score: hit.score, shared: shared(asked, texts[hit.at], weigh, 4) };
    }).filter(function (hit) { return hit.shared.length; });
  }

  // -- the worker: reads all years once, answers questions ----------------------------------------------
  var all = null;
  function ready(base) {
    if (all) return all;
    var shards = new S.Shards(base), texts = [], refs = [];
    all = shards.open().then(function () {
      return shards.years.reduce(function (before, year) {
        return before.then(function () {
          root.postMessage({ reading: year.year });
          return shards.rows(year).then(function (y) { return shards.words(y); }).then(function (y) {
            for (var i = 0; i < y.n; i++) { texts.push(y.words[i]); refs.push([y, i]); }
            y.words = null;
          });
        });
      }, Promise.resolve());
    }).then(function () { return { shards: shards, texts: texts, refs: refs }; });
    all.catch(function () { all = null; });
    return all;
  }
  function told(ref, hit, units) {
    var r = ref[0].rows, i = ref[1], unit = r.of.unit[r.unit[i]];
    function value(name) { return r.of[name][r[name][i]]; }
    return {
      id: r.id[i], matter: value("matter"), unit: units[unit] || unit, result: value("result"), status: value("status"),
      reason: value("reason"), used: r.used[i], score: hit.score, shared: hit.shared
    };
  }
  function answer(order) {
    return ready(order.base).then(function (data) {
      var question = order.text, except = -1;
      if (order.like) {
        except = data.refs.findIndex(function (ref) { return ref[0].rows.id[ref[1]] === order.like; });
        if (except >= 0 && !question) question = data.texts[except];
      }
      function wanted(at) {
        var r = data.refs[at][0].rows, i = data.refs[at][1];
        if (order.unit && r.of.unit[r.unit[i]] !== order.unit) return false;
        var status = r.of.status[r.status[i]], result = r.of.result[r.result[i]];
        if (order.only === "ended") return status[4] === 0 && result !== "";
        if (order.only === "done") return result.indexOf("办成") >= 0;
        return true;
      }
      var began = Date.now(), hits = query(data.texts, question, order.top || 10, order.unit || order.only ? wanted : null, except);
      root.postMessage({
        turn: order.turn, question: question, searched: data.texts.length, took: Date.now() - began, missing: order.like && except < 0,
        units: data.shards.index.units, found: hits.map(function (hit) { return told(data.refs[hit.at], hit, data.shards.index.units); })
      });
    });
  }
  if (worker) root.onmessage = function (event) {
    answer(event.data).catch(function (error) { root.postMessage({ turn: event.data.turn, error: error.message }); });
  };
  else module.exports = { query: query, shared: shared };
})(typeof self === "object" ? self : globalThis);
