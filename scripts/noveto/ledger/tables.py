"""The tables of the two cache files. A change here raises the layout's number, and old files are never read."""

from __future__ import annotations

LEDGER_LAYOUT = 3
LEDGER = """
CREATE TABLE IF NOT EXISTS blob(
  id INTEGER PRIMARY KEY, oid TEXT NOT NULL, kind TEXT NOT NULL, ok INTEGER NOT NULL, veto INTEGER NOT NULL,
  rid TEXT NOT NULL, place TEXT NOT NULL, findings BLOB, stamps BLOB, UNIQUE(oid, kind));
CREATE INDEX IF NOT EXISTS blob_findings ON blob(id) WHERE findings IS NOT NULL;
CREATE TABLE IF NOT EXISTS value(blob INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS snap(
  id INTEGER PRIMARY KEY, slot TEXT UNIQUE, tree TEXT NOT NULL, seq INTEGER NOT NULL, gen INTEGER NOT NULL DEFAULT 0,
  used REAL NOT NULL);
CREATE TABLE IF NOT EXISTS entry(
  snap INTEGER NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, mode TEXT NOT NULL, blob INTEGER,
  arr TEXT NOT NULL, odd INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY(snap, path)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_blob ON entry(snap, blob);
CREATE INDEX IF NOT EXISTS entry_seq ON entry(snap, seq);
CREATE INDEX IF NOT EXISTS entry_odd ON entry(snap, path) WHERE odd;
CREATE INDEX IF NOT EXISTS entry_unknown ON entry(snap, path) WHERE arr = '?';
CREATE TABLE IF NOT EXISTS recipe(id INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL, used REAL NOT NULL,
  UNIQUE(name, key));
CREATE TABLE IF NOT EXISTS derived(
  recipe INTEGER NOT NULL, blob INTEGER NOT NULL, salt TEXT NOT NULL, until INTEGER NOT NULL, payload BLOB,
  PRIMARY KEY(recipe, blob, salt)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS derived_until ON derived(recipe, until);
CREATE INDEX IF NOT EXISTS derived_told ON derived(recipe, until) WHERE length(payload) > 4;
CREATE TABLE IF NOT EXISTS ready(snap INTEGER, recipe INTEGER, seq INTEGER, PRIMARY KEY(snap, recipe)) WITHOUT ROWID;
"""

LINE_LAYOUT = 4
LINE = """
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS commits(
  seq INTEGER PRIMARY KEY, oid TEXT NOT NULL, parents TEXT NOT NULL, author TEXT NOT NULL, email TEXT NOT NULL,
  time INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS paths(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, gen INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS paths_gen ON paths(gen);
CREATE TABLE IF NOT EXISTS changes(
  path INTEGER NOT NULL, seq INTEGER NOT NULL, status TEXT NOT NULL, mode TEXT NOT NULL, oid TEXT NOT NULL,
  PRIMARY KEY(seq, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS receipts(
  oid TEXT PRIMARY KEY, day INTEGER NOT NULL, received TEXT NOT NULL, pusher TEXT NOT NULL, via TEXT NOT NULL,
  file TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files(name TEXT PRIMARY KEY, oid TEXT NOT NULL, broken INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS items(oid TEXT PRIMARY KEY, items INTEGER NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS commits_oid ON commits(oid);
CREATE INDEX IF NOT EXISTS changes_path ON changes(path, seq, oid, status, mode);
"""

LINE_INDEXES = {
    "commits_oid": "CREATE UNIQUE INDEX commits_oid ON commits(oid)",
    "changes_path": "CREATE INDEX changes_path ON changes(path, seq, oid, status, mode)",
}
"""Built at the end of a first reading: sorting once is several times cheaper than keeping them in order."""
