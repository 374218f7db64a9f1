"""The dates that customers are looked at: as_of, and those that models learn from."""

from __future__ import annotations

from datetime import date

from benchmark.peer.session import Peer
from bullseye.settings.models import Models
from bullseye.settings.snapshots import MonthlySnapshots


def make_spine(peer: Peer, as_of: date) -> None:
    """Table `spine` (party, as_of): everyone known by then at as_of and month ends, the contacted on campaigns' eves."""
    first = peer.row("SELECT min(day) AS day FROM order_line")["day"]
    assert isinstance(first, date)
    ends: set[date] = set()
    for target in peer.settings[Models].targets:
        if isinstance(target.snapshots, MonthlySnapshots):
            ends |= set(target.snapshots.dates(first, as_of))
    listed = ", ".join(f"(DATE '{day}')" for day in sorted(ends | {as_of}))
    peer.sql(f"""
        CREATE TABLE known AS
        SELECT party, min(day) AS first FROM (
          SELECT party, DATE '{as_of}' AS day FROM person
          UNION ALL SELECT party, min(day) FROM order_line GROUP BY party
          UNION ALL SELECT party, day FROM contact UNION ALL SELECT party, day FROM response
        ) GROUP BY party;
        CREATE TABLE spine AS
        SELECT party, as_of FROM known JOIN (VALUES {listed}) AS d (as_of) ON first <= as_of
        UNION
        SELECT c.party, g.start_day - 1 FROM contact AS c JOIN campaign AS g USING (campaign_id) JOIN known AS k USING (party)
        WHERE g.start_day <= DATE '{as_of}' AND k.first < g.start_day;
        CREATE TABLE customer_number AS
        SELECT 'household:' || party AS customer_id, row_number() OVER (ORDER BY 'household:' || party) AS customer_no, party
        FROM known
    """)
    peer.write("features.customer_number", "SELECT customer_id, customer_no FROM customer_number")
