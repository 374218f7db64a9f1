"""The same outputs as the suite on conf/retail, by one hand-written program for one machine: an honest peer.

DuckDB (on a database file, within a memory limit, on all cores) does the tables, scikit-learn the clusters and the models,
rusket the itemsets, deltalake the writing. It reads expressions, limits and names from the same settings, and the order of
its work is what one would choose for a machine: facts are read once, a day is added up once, and windows at all dates are
differences of running sums.

Made, as Delta tables under the same names: silver.*, ops.quality, ops.quarantine, features.customer_number,
features.training_snapshot, gold.* and ops.model*.

Left out, because a program that is run from the start each time needs none of it: features.party_day and
features.party_day_item (the suite's increments; here they are kept in DuckDB's file and dropped), fingerprints of slices, the
ledger of identities, the run log, lease and releases, views and the report; checks of the outputs against contracts (NULLs
and keys of what is written); the sentences of gold.segment_profile and the reasons of ops.cluster_choice. Of all that, the
contract's checks and the two tables of party days are what costs the suite noticeably.

What differs in the figures: k-means and the random split of the models draw other samples, and the back-test hides other items
(DuckDB has another hash).
"""
