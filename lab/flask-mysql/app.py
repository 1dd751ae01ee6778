"""The application of the incident: pages over a SQLAlchemy pool, and a report that goes past it.

LAB_MODE  healthy   the report uses the pool as everything else does
          churn     it opens 3 or 4 connections of its own and closes them all
          leak      as churn, but one of them is never closed
          overflow  healthy, with max_overflow 10 and a slow search, so that SQLAlchemy opens and closes legitimately
"""

import itertools
import os
import threading
import time
from datetime import datetime, timezone

import pymysql
import sqlalchemy
from flask import Flask, jsonify, request

MODE = os.environ["LAB_MODE"]
HOST, PORT = os.environ["LAB_DATABASE"].split(":")
SEARCH_SECONDS = 2 if MODE == "overflow" else 0.01

engine = sqlalchemy.create_engine(
    f"mysql+pymysql://shop:shop@{HOST}:{PORT}/shop",
    pool_size=20,
    max_overflow=10 if MODE == "overflow" else 0,
)
app = Flask(__name__)


def warm_up():
    """The pool is full from the start, as after the first busy hour."""
    connections = [engine.connect() for _ in range(engine.pool.size())]
    for connection in connections:
        connection.close()


warm_up()


class CountedConnection(pymysql.connections.Connection):
    """A connection that counts its exchanges: how often it sent after it had received, as the protocol has it."""

    exchanges = 0
    has_received = False

    def _read_bytes(self, length):
        self.has_received = True
        return super()._read_bytes(length)

    def _write_bytes(self, data):
        if self.has_received:
            self.exchanges += 1
        self.has_received = False
        return super()._write_bytes(data)


class Counts:
    """What the report opened past the pool, what it closed, and what it therefore leaked."""

    def __init__(self):
        self.lock = threading.Lock()
        self.since = datetime.now(timezone.utc)
        self.begun = time.monotonic()
        self.opened = self.closed = 0
        self.exchanges = 0  # over those that it closed
        self.leaked = []  # referenced for ever, as by a module-level cache

    def read(self):
        with self.lock:
            return {
                "leaked": len(self.leaked),
                "opened": self.opened,
                "closed": self.closed,
                "exchanges": self.exchanges,
                "since": self.since.isoformat(),
                "seconds": round(time.monotonic() - self.begun, 3),
                "pool": {"size": engine.pool.size(), "open": engine.pool.checkedin() + engine.pool.checkedout(), "inUse": engine.pool.checkedout()},
            }


counts = Counts()
turn = itertools.count()


def rows(statement, **values):
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sqlalchemy.text(statement), values).mappings()]


@app.get("/")
def front():
    return "<!doctype html><title>shop</title><h1>shop</h1>"


@app.get("/api/items")
def items():
    return jsonify(rows("SELECT id, name, price FROM items ORDER BY id LIMIT 20"))


@app.get("/api/items/<int:number>")
def item(number):
    return jsonify(rows("SELECT id, name, price FROM items WHERE id = :id", id=number))


@app.get("/api/search")
def search():
    return jsonify(rows("SELECT SLEEP(:seconds) AS slept, (SELECT COUNT(*) FROM items) AS found", seconds=SEARCH_SECONDS))


@app.post("/api/login")
def login():
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("INSERT INTO logins (name) VALUES (:name)"), {"name": request.form.get("name", "nobody")})
    return jsonify(ok=True)


@app.get("/api/reports")
def reports():
    parts = 3 + next(turn) % 2
    if MODE in ("healthy", "overflow"):
        return jsonify([rows("SELECT SUM(price) AS total FROM items WHERE id % :parts = :part", parts=parts, part=part) for part in range(parts)])
    return jsonify([direct(parts, part, keep=MODE == "leak" and part == 0) for part in range(parts)])


def direct(parts, part, keep):
    """One part of the report on a connection of its own: the fault of the incident, when it is kept."""
    connection = CountedConnection(host=HOST, port=int(PORT), user="shop", password="shop", database="shop")
    with counts.lock:
        counts.opened += 1
        if keep:
            counts.leaked.append(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT SUM(price) FROM items WHERE id %% %s = %s", (parts, part))
            return int(cursor.fetchone()[0])
    finally:
        if not keep:
            connection.close()
            with counts.lock:
                counts.closed += 1
                counts.exchanges += connection.exchanges


@app.get("/lab/counts")
def lab_counts():
    return jsonify(counts.read())
