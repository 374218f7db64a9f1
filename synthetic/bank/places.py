"""Cities, postcode areas and branches, with coordinates: the same for any number of persons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic.bank.chance import Floats, Ints, stream, weights_of
from synthetic.bank.place_names import CITIES

AREAS_PER_CITY = 24
BRANCHES_PER_SHARE = 0.6
"""Branches of a city for each per cent of the bank's customers who live there."""
_EARTH_KM = 6371.0088


@dataclass(frozen=True)
class Places:
    """Arrays over postcode areas (all of one city beside each other) and over branches."""

    area_city: Ints
    area_postcode: Ints
    area_latitude: Floats
    area_longitude: Floats
    area_weight: Floats
    branch_city: Ints
    branch_latitude: Floats
    branch_longitude: Floats
    nearest_branch: Ints
    """For each area."""
    nearest_km: Floats


def make_places(seed: int) -> Places:
    """Areas and branches, scattered around the centres of their cities."""
    random = stream(seed, "places")
    centres = np.array([(city.latitude, city.longitude) for city in CITIES])
    shares = np.array([city.share for city in CITIES], dtype=np.float64)
    area_city = np.repeat(np.arange(len(CITIES)), AREAS_PER_CITY)
    areas = centres[area_city] + random.normal(0, 0.09, (len(area_city), 2))
    branch_city = np.repeat(np.arange(len(CITIES)), np.maximum(2, np.round(shares * BRANCHES_PER_SHARE)).astype(int))
    branches = centres[branch_city] + random.normal(0, 0.05, (len(branch_city), 2))
    distances = kilometres(areas[:, None, 0], areas[:, None, 1], branches[None, :, 0], branches[None, :, 1])
    nearest = distances.argmin(axis=1)
    return Places(
        area_city=area_city,
        # No postcode of the country begins with 9.
        area_postcode=900_000 + area_city * 1000 + np.tile(np.arange(AREAS_PER_CITY) * 10 + 100, len(CITIES)),
        area_latitude=areas[:, 0].round(5),
        area_longitude=areas[:, 1].round(5),
        area_weight=weights_of(np.repeat(shares, AREAS_PER_CITY) * random.gamma(2.0, 1.0, len(area_city))),
        branch_city=branch_city,
        branch_latitude=branches[:, 0].round(5),
        branch_longitude=branches[:, 1].round(5),
        nearest_branch=nearest,
        nearest_km=distances[np.arange(len(area_city)), nearest].round(3),
    )


def kilometres(latitude: Floats, longitude: Floats, other_latitude: Floats, other_longitude: Floats) -> Floats:
    """Great-circle distance by the haversine formula, on a sphere of the earth's mean radius.

    >>> kilometres(np.array([0.0]), np.array([0.0]), np.array([0.0]), np.array([1.0])).round(2).tolist()
    [111.2]
    """
    first, second = np.radians(latitude), np.radians(other_latitude)
    north, east = second - first, np.radians(other_longitude) - np.radians(longitude)
    half = np.sin(north / 2) ** 2 + np.cos(first) * np.cos(second) * np.sin(east / 2) ** 2
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(half)))
