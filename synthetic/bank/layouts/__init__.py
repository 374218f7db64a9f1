"""Every file of the bank, by the system that drops it, and of the truth."""

from synthetic.bank.layouts import core, cards, app, contacts, lists, truth  # noqa: I001  the order of the page
from synthetic.bank.layout import Layout

MODULES = {"core": core, "cards": cards, "app": app, "contacts": contacts, "lists": lists, "truth": truth}


def layouts() -> dict[str, Layout]:
    """All of them by name, in the order of the page."""
    found = {}
    for module in MODULES.values():
        for one in vars(module).values():
            if isinstance(one, Layout):
                found[one.name] = one
    return found
