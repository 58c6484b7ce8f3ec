"""Who makes the lots of a district: processes where it is worth it, and what if one is lost."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.district import makers as making
from api.district.makers import FEW, MakerLost, makers


def test_few_teams_start_no_process() -> None:
    with makers(FEW) as (pool, ahead):
        assert isinstance(pool, ThreadPoolExecutor)
        assert pool.submit(os.getpid).result() == os.getpid()
        assert ahead == 1


def test_a_process_that_is_ended_from_outside_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_cores", lambda: 2)

    def lose_one() -> None:
        with makers(FEW + 1) as (pool, _):
            assert pool.submit(os.getpid).result() != os.getpid()
            pool.submit(os._exit, 9).result()

    with pytest.raises(MakerLost):
        lose_one()
