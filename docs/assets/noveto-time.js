/* Noveto: working days, limits and status words in the reader's browser.
 * The twin of noveto.calendar and noveto.words; tests run both over one table of examples.
 * Days are whole numbers (days since 1970-01-01), so that no time zone can shift them. China time everywhere. */
(function (root) {
  "use strict";
  var DAY = 86400000, CHINA = 8 * 3600000, NAMES = "日一二三四五六";

  // -- days ---------------------------------------------------------------------------------------------
  function parse(text) {
    var m = /^(\d{4})-(\d{2})-(\d{2})/.exec(text || "");
    if (!m) return null;
    var day = Math.round(Date.UTC(+m[1], +m[2] - 1, +m[3]) / DAY);
    return iso(day) === m[0] ? day : null;
  }
  function parts(day) {
    var d = new Date(day * DAY);
    return { y: d.getUTCFullYear(), m: d.getUTCMonth() + 1, d: d.getUTCDate(), w: d.getUTCDay() };
  }
  function two(n) { return (n < 10 ? "0" : "") + n; }
  function iso(day) { var p = parts(day); return p.y + "-" + two(p.m) + "-" + two(p.d); }
  /** The day in China at `ms` (milliseconds since 1970, as Date.now() gives them). */
  function chinaDay(ms) { return Math.floor((ms + CHINA) / DAY); }

  // -- the calendar: {known_through, years, rest: [[name, first, days]…], work: [[day, name]…]} ---------
  function Calendar(data) {
    var rest = new Map(), work = new Map();
    (data.rest || []).forEach(function (run) {
      for (var first = parse(run[1]), i = 0; i < run[2]; i++) rest.set(first + i, run[0]);
    });
    (data.work || []).forEach(function (one) { work.set(parse(one[0]), one[1]); });
    this.knownThrough = parse(data.known_through);
    this.years = new Set(data.years || []);
    this.rest = rest;
    this.work = work;
  }
  Calendar.prototype.isWorkday = function (day) {
    if (this.work.has(day)) return true;
    if (this.rest.has(day)) return false;
    var w = (day + 4) % 7;
    return w !== 0 && w !== 6;
  };
  Calendar.prototype.reason = function (day) { return this.isWorkday(day) ? "" : this.rest.get(day) || "周末"; };
  Calendar.prototype.makeup = function (day) { return this.work.get(day) || ""; };
  /** Whether the notice that may name `day` is there: that of its year, from 20 December on the next one's. */
  Calendar.prototype.isKnown = function (day) {
    var p = parts(day);
    return this.years.has(p.m === 12 && p.d >= 20 ? p.y + 1 : p.y);
  };
  /** Whether a limit from `start` (not counted) to `last` passes a day that is not known. */
  Calendar.prototype.passesUnknown = function (start, last) {
    if (!this.isKnown(last)) return true;
    for (var day = start + 1; day < last; day++) if (!this.isKnown(day)) return true;
    return false;
  };
  Calendar.prototype.nextWorkday = function (day) { while (!this.isWorkday(day)) day++; return day; };
  Calendar.prototype.addWorkdays = function (day, n) {
    if (n === 0) return this.nextWorkday(day);
    while (n > 0) if (this.isWorkday(++day)) n--;
    return day;
  };
  /** Working days after `a` up to and including `b`; 0 when `b` is not later. */
  Calendar.prototype.workdaysBetween = function (a, b) {
    var n = 0;
    while (a < b) if (this.isWorkday(++a)) n++;
    return n;
  };

  // -- limits -------------------------------------------------------------------------------------------
  /** Pauses sorted, overlapping ones joined; one that ends before it begins is dropped. */
  function merge(pauses) {
    var out = [], far = Infinity;
    function end(p) { return p.end === null ? far : p.end; }
    pauses.filter(function (p) { return end(p) >= p.start; })
      .sort(function (a, b) { return a.start - b.start || (end(a) < end(b) ? -1 : end(a) > end(b) ? 1 : 0); })
      .forEach(function (p) {
        var last = out[out.length - 1];
        if (!last || end(last) < p.start) out.push({ start: p.start, end: p.end, why: p.why || "中止期间" });
        else if (end(p) > end(last)) last.end = p.end;
      });
    return out;
  }
  /** A limit of n days after `start`, with each day it counted and skipped. Pauses are closed ranges; an end of
   * null is open: then there is no due day. Rules: noveto.calendar.limits. */
  function derive(cal, start, n, pauses, calendarDays) {
    var counted = [], skipped = [], raw = n === 0 ? start : null, due = null, day = n === 0 ? start : start + 1;
    pauses = merge(pauses || []);
    while (due === null) {
      var pause = null, rest = cal.reason(day);
      for (var i = 0; i < pauses.length && !pause; i++)
        if (pauses[i].start <= day && (pauses[i].end === null || day <= pauses[i].end)) pause = pauses[i];
      if (pause && pause.end === null) {
        skipped.push({ day: day, why: pause.why + "（尚未恢复）" });
        break;
      }
      if (pause) skipped.push({ day: day, why: rest && !calendarDays ? rest : pause.why });
      else if (counted.length < n && (calendarDays || !rest)) {
        counted.push(day);
        if (counted.length === n) { raw = day; due = rest ? null : day; }
      } else if (counted.length === n && !rest) due = day;
      else skipped.push({ day: day, why: rest });
      day++;
    }
    var last = due !== null ? due : Math.max(start, skipped[skipped.length - 1].day - 1);
    return {
      start: start, n: n, due: due, raw: calendarDays ? raw : null, counted: counted, skipped: skipped,
      used: due === null ? counted.length : n, remaining: due === null ? n - counted.length : 0,
      provisional: (due !== null || last > start) && cal.passesUnknown(start, last)
    };
  }
  function limit(cal, start, n, pauses, calendarDays) {
    var d = derive(cal, start, n, pauses, calendarDays);
    return { due: d.due, used: d.used, remaining: d.remaining, provisional: d.provisional };
  }

  // -- words (screens.md section 5) ---------------------------------------------------------------------
  function weekday(day) { return "周" + NAMES.charAt(parts(day).w); }
  function monthDay(day, today) {
    var text = iso(day);
    return parts(day).y === parts(today).y ? text.slice(5) : text;
  }
  /** 10-14 周三; a worked rest day 10-10 周六班; the year only when it is not this one. */
  function short(cal, day, today) {
    var w = parts(day).w, worked = (w === 0 || w === 6) && cal.isWorkday(day) ? "班" : "";
    return monthDay(day, today) + " " + weekday(day) + worked;
  }
  function sentence(day, today) {
    var p = parts(day);
    return (p.y === parts(today).y ? "" : p.y + " 年 ") + p.m + " 月 " + p.d + " 日 " + weekday(day);
  }
  function promise(day, today) { return sentence(day, today) + " 下班前"; }
  function paper(day) { var p = parts(day); return p.y + "年" + p.m + "月" + p.d + "日"; }
  function dayNote(cal, day) {
    var w = parts(day).w;
    if (cal.isWorkday(day)) {
      if (w !== 0 && w !== 6) return "";
      var name = cal.makeup(day);
      return name && name !== "调休" ? name + "调休，上班" : "调休，上班";
    }
    var why = cal.reason(day);
    return why === "周末" ? "周末休息" : why + "放假";
  }
  function headlineDay(cal, day) {
    var p = parts(day), note = dayNote(cal, day);
    return p.y + " 年 " + p.m + " 月 " + p.d + " 日 " + weekday(day) + (note ? "（" + note + "）" : "");
  }
  function said(words, css, char) { return { words: words, css: css, char: char }; }
  /** How a date of kind due, mark or review stands on `today`. */
  function status(cal, kind, due, today) {
    var late = today > due ? cal.workdaysBetween(due, today) : 0, left;
    if (kind === "review") {
      if (today > due) return said(late ? "中止，复核已过 " + late + " 个工作日" : "中止，已过复核日（假期中）", "st-late st-pause", "‖");
      if (today === due) return said("中止，今日复核", "st-today st-pause", "‖");
      return said("中止，" + monthDay(due, today) + " 复核", "st-stop", "‖");
    }
    left = cal.workdaysBetween(today, due);
    if (kind === "mark") {
      if (today > due) return said(late ? "该催了，迟 " + late + " 个工作日" : "该催了（假期中）", "st-soon st-mark", "◇");
      if (today === due) return said("今天该催了", "st-soon st-mark", "◇");
      return said("内控，还有 " + left + " 个工作日", "st-run st-mark", "◇");
    }
    if (today > due)
      return late ? said("已超期 " + late + " 个工作日", "st-late", "▲") : said("已过到期日（假期中）", "st-late st-rest", "▲");
    if (today === due) return said("今日到期", "st-today", "◆");
    return said("剩 " + left + " 个工作日", left <= 1 ? "st-soon" : "st-run", left <= 1 ? "◷" : "○");
  }
  /** late, today, next (due on the next working day) or run: what a binding due date counts as. */
  function bucket(cal, due, today) {
    if (due < today) return "late";
    if (due === today) return "today";
    return cal.workdaysBetween(today, due) <= 1 ? "next" : "run";
  }

  root.NovetoTime = {
    Calendar: Calendar, parse: parse, iso: iso, chinaDay: chinaDay, derive: derive, limit: limit, short: short, weekday: weekday,
    sentence: sentence, promise: promise, paper: paper, dayNote: dayNote, headlineDay: headlineDay, status: status, bucket: bucket
  };
  if (typeof module === "object" && module.exports) module.exports = root.NovetoTime;
})(typeof window === "object" ? window : globalThis);
