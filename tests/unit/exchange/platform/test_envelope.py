"""The envelope of the platform: a known vector, and what was changed."""

from __future__ import annotations

import pytest

from lineage.exchange.platform.cleaning import RefusedRecordError
from lineage.exchange.platform.envelope import PasswordSeal

KEY = "invented-key-001"
TEXT = b'[{"vin":"x"}]'
CONTENT, SIGN = "4EQcPKND+YXGuvo9HqM71g==", "88dcd43356d20c550f16a0cdc4cf7e94"


def test_a_payload_is_closed_as_the_platform_closes_it() -> None:
    assert PasswordSeal(KEY).close(TEXT, 1_618_189_200_000) == {
        "requestMsg": CONTENT,
        "timestamp": 1_618_189_200_000,
        "sign": SIGN,
    }


def test_what_was_closed_is_opened_whatever_its_length() -> None:
    seal = PasswordSeal(KEY)

    for length in range(40):
        payload = b"x" * length
        assert seal.open(seal.close(payload, 0)) == payload


@pytest.mark.parametrize(
    "changed",
    [
        {"requestMsg": "4EQcPKND+YXGuvo9HqM71w=="},
        {"requestMsg": None},
        {"requestMsg": "ü"},
        {"sign": SIGN[:-1] + "5"},
        {"sign": 4},
        {"sign": None},
    ],
)
def test_an_envelope_that_was_changed_is_not_opened(changed: dict[str, object]) -> None:
    with pytest.raises(RefusedRecordError) as error:
        PasswordSeal(KEY).open({"requestMsg": CONTENT, "sign": SIGN, **changed})

    assert error.value.code == "seal_broken"


def test_an_envelope_of_another_key_is_not_opened() -> None:
    with pytest.raises(RefusedRecordError):
        PasswordSeal("another").open({"requestMsg": CONTENT, "sign": SIGN})
