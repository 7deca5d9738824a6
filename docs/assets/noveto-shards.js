/* Noveto: reads the yearly files of search/ (see noveto.site.shards), for pages and for the worker. */
(function (root) {
  "use strict";
  /** Text folded for comparison; the twin of noveto.similar.grams.plain. */
  function plain(text) {
    return text.normalize("NFKC").toLowerCase().replace(/[^0-9a-z\u3400-\u9fff]+/g, " ").trim();
  }
  /** Single Chinese characters, pairs of neighbours, words of letters or digits; the twin of grams.grams. */
  function grams(text) {
    var out = [];
    (text.match(/[\u3400-\u9fff]+|[0-9a-z]+/g) || []).forEach(function (run) {
      if (run.charCodeAt(0) < 0x3400) { out.push(run); return; }
      for (var i = 0; i < run.length; i++) out.push(run.charAt(i));
      for (i = 0; i + 1 < run.length; i++) out.push(run.substr(i, 2));
    });
    return out;
  }
  function read(url, cache) {
    return fetch(url, { cache: cache || "default" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
  }
  /** The folder search/ of the site at `base` (an URL that ends with a slash). */
  function Shards(base) {
    this.base = base;
    this.years = [];
    this.index = null;
  }
  Shards.prototype.open = function () {
    var self = this;
    return read(this.base + "search/index.json", "no-cache").then(function (index) {
      self.index = index;
      self.years = index.years.map(function (one) { return { year: one.year, n: one.n, files: one, rows: null, words: null }; });
      return self;
    });
  };
  Shards.prototype.pages = function () { return read(this.base + this.index.pages, "no-cache"); };
  Shards.prototype.rows = function (one) {
    if (one.rows) return Promise.resolve(one);
    return read(this.base + one.files.rows).then(function (rows) { one.rows = rows; return one; });
  };
  Shards.prototype.words = function (one) {
    if (one.words) return Promise.resolve(one);
    return read(this.base + one.files.words).then(function (found) { one.words = found.words; return one; });
  };
  /** Path of a case's page, relative to the site's root; the twin of noveto.site.casebuild.case_path. */
  function page(id) {
    var parts = id.split("-"), stamp = parts[parts.length - 2];
    return "cases/" + stamp.substr(0, 4) + "/" + stamp.substr(4, 2) + "/" + id + ".html";
  }
  root.NovetoShards = { Shards: Shards, plain: plain, grams: grams, page: page };
  if (typeof module === "object" && module.exports) module.exports = root.NovetoShards;
})(typeof self === "object" ? self : globalThis);
