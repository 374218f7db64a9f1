"""`identity.yaml`: which parties of several systems are one customer. Without the file, every party is its own customer."""

from __future__ import annotations

import os
import re

from pydantic import Field, model_validator

from bullseye.errors import SettingsError, did_you_mean
from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.identifiers import IdentifierType
from bullseye.settings.linkage import Probabilistic
from bullseye.settings.vocabulary import Name, Sql

LEAST_SALT = 16
"""Bytes of a salt at least: 128 bits, where they are random."""
_MAKE_SALT = (
    "export the same secret text at every run, made once by: openssl rand -hex 32 (another one makes other hashes)"
)


class LinkRule(SettingsModel):
    """Parties with an equal identifier, and with equal answers to `same`, are one customer."""

    name: Name
    """Name of the rule, as links and ledger give it."""
    type: Name
    """The identifier type."""
    same: tuple[Sql, ...] = ()
    """SQL over the columns of `silver.person`: what must be equal too, and not NULL, such as `birth_date`."""
    max_customers: int | None = Field(default=None, ge=2)
    """Customers, as the rules before it left them, that one value (with equal answers to `same`) may join; where more hold
    it, it links none of them and is reported. `max_holders` of the type limits the value by itself."""


class Identity(SettingsFile):
    """Identifier types, the rules that link by them, and the limits of what may be linked."""

    file = "identity"

    salt_env: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Name of the environment variable that holds the salt, the secret key of all hashes: 16 bytes at least, such as
    `openssl rand -hex 32` makes. Required where there are types or similarity."""
    types: tuple[IdentifierType, ...] = ()
    """The identifier types."""
    rules: tuple[LinkRule, ...] = ()
    """The rules, the strongest first. A rule joins parties that the rules before it did not join."""
    max_parties: int | None = Field(default=None, ge=2)
    """Parties that one customer may have; links that would make it more are dropped and reported."""
    probabilistic: Probabilistic | None = None
    """Links by similarity, after all rules."""

    @model_validator(mode="after")
    def _names(self) -> Identity:
        types, rules = [found.name for found in self.types], [rule.name for rule in self.rules]
        for what, names in (("type", types), ("rule", rules)):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"two {what}s are named {', '.join(twice)}; give each its own name")
        for rule in self.rules:
            if rule.type not in types:
                raise ValueError(
                    f"the rule {rule.name} links by the type {rule.type!r}, which is not defined"
                    f"{did_you_mean(rule.type, types)}; types: {', '.join(types) or 'none'}"
                )
        hashed = {type_.name for type_ in self.types if type_.hash}
        for compared in self.probabilistic.comparisons if self.probabilistic else ():
            sql = self.probabilistic.columns[compared.column] if self.probabilistic else ""
            if compared.by != "exact" and (used := sorted(hashed & set(re.findall(r"\w+", sql)))):
                raise ValueError(
                    f"the comparison of {compared.column} by {compared.by} looks for similar values of"
                    f" {', '.join(used)}, which is hashed: equal or different is all that a hash shows; compare it"
                    " by: exact, or set hash: false on the type"
                )
        if (self.types or self.probabilistic) and self.salt_env is None:
            raise ValueError("salt_env is missing: name the environment variable with the salt of the hashes")
        if taken := sorted({"own_id", "no_link", "similar"} & set(rules)):
            raise ValueError(f"{', '.join(taken)} is a name that the ledger uses itself; choose another")
        return self

    @property
    def resolves(self) -> bool:
        """Whether anything can link two parties."""
        return bool(self.rules or self.probabilistic)

    def type_named(self, name: str) -> IdentifierType:
        return next(type_ for type_ in self.types if type_.name == name)

    def salt(self) -> str:
        """The salt of the environment; it is never part of settings, fingerprints or logs.

        Raises SettingsError where it is not set, or so short that it could be guessed.
        """
        if self.salt_env is None:
            return ""
        if not (salt := os.environ.get(self.salt_env)):
            raise SettingsError(
                f"the environment variable {self.salt_env}, which identity.yaml names as salt_env, is not set\n"
                f"  {_MAKE_SALT}"
            )
        if (length := len(salt.encode())) < LEAST_SALT:
            raise SettingsError(
                f"the environment variable {self.salt_env}, which identity.yaml names as salt_env, has {length} bytes;"
                f" a salt needs {LEAST_SALT} at least, or phones and ids could be guessed from their hashes\n"
                f"  {_MAKE_SALT}"
            )
        return salt
