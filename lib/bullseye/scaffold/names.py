"""Names in files, in whatever language and style, made comparable."""

from __future__ import annotations

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"})


def words(name: str) -> list[str]:
    """The words of a name in lower case and ASCII, whatever parts them.

    >>> words("InvoiceNo"), words("Kd.-Nr"), words("Straße 2"), words("CUSTOMER_ID")
    (['invoice', 'no'], ['kd', 'nr'], ['strasse', '2'], ['customer', 'id'])
    """
    parted = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])", " ", unicodedata.normalize("NFC", name))
    plain = unicodedata.normalize("NFKD", parted.lower().translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z0-9]+", plain)


def slug(path: str) -> str:
    """A name for a source, from its path.

    >>> slug("Verkäufe 2024.csv.gz"), slug("sales_[0-9]*.csv"), slug("2024.csv")
    ('verkaeufe_2024', 'sales', 'file_2024')
    """
    stem = re.sub(r"(\.(csv|tsv|txt|parquet|gz))+$", "", path.replace("[0-9]*", " "), flags=re.IGNORECASE)
    name = "_".join(words(stem)) or "file"
    return name if name[0].isalpha() else f"file_{name}"


def quoted(name: str) -> str:
    """A column's name for SQL, in backticks where it needs them.

    >>> quoted("sold_at"), quoted("Invoice Date"), quoted("Menge")
    ('sold_at', '`Invoice Date`', 'Menge')
    """
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else f"`{name.replace('`', '``')}`"


def shown(share: float) -> str:
    """A share for people, of which a small one does not look like none.

    >>> shown(0.25), shown(0.0001)
    ('25.0%', 'less than 0.1%')
    """
    return "less than 0.1%" if 0 < share < 0.001 else f"{share:.1%}"
