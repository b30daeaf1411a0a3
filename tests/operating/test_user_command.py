# SPDX-License-Identifier: Apache-2.0
"""`./marsa user`: who works here gets an account from the terminal, and no password ever stands in a command."""

import re
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.command import main
from tests.operating.marsa import connect, marsa, up

PASSWORD = "a harbour with nine cranes"
LINK = re.compile(r"^(http://\S+)/password\?key=(\S+)$", re.MULTILINE)
AMINA = ("amina", "--role", "planner", "--name-ar", "أمينة", "--name-en", "Amina")
BASIM = ("basim", "--role", "planner", "--name-ar", "باسم", "--name-en", "Basim")
EARLY, LATE = "2031-03-01", "2031-03-31"


@dataclass
class Terminal:
    """Commands one after the other, in this process: a new one for each would take longer than what they do."""

    data: Path
    capture: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def done(self, *words: str, lang: str = "C.UTF-8") -> str:
        status, said, refusal = self._run(words, lang)
        assert status == 0, refusal
        return said

    def refused(self, *words: str, lang: str = "C.UTF-8") -> str:
        status, said, refusal = self._run(words, lang)
        assert status == 1 and not said, said
        assert len(refusal.splitlines()) == 1, refusal
        return refusal

    def _run(self, words: tuple[str, ...], lang: str) -> tuple[int, str, str]:
        for name in ("LC_ALL", "LC_MESSAGES"):
            self.monkeypatch.delenv(name, raising=False)
        self.monkeypatch.setenv("LANG", lang)
        self.capture.readouterr()
        status = main(["user", *words, "--data", str(self.data)])
        return status, *self.capture.readouterr()


def given_password(said: str, address: str) -> int:
    """What the link of the terminal answers to whoever chooses a password with it."""
    found = LINK.search(said)
    assert found, said
    assert found[1] == address.rstrip("/")
    form = {"key": found[2], "password": PASSWORD, "again": PASSWORD}
    return httpx.post(f"{found[1]}/password", data=form, headers={"origin": found[1]}).status_code


def test_an_account_from_the_terminal_signs_in_has_its_duties_and_is_shut_out(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Terminal(data, capsys, monkeypatch)
    with up(data) as running:
        own = running.address.rstrip("/")
        assert "Nobody has an account" in at.done("list")
        said = marsa("user", "add", *AMINA, "--data", data).stdout
        first = LINK.search(said)
        assert first and "once, within 24 hours" in said
        again = at.done("password", "amina")
        gone = httpx.post(
            f"{own}/password",
            data={"key": first[2], "password": PASSWORD, "again": PASSWORD},
            headers={"origin": own},
        )
        assert gone.status_code == 410  # the newer link alone works
        assert given_password(again, own) == 303
        assert given_password(again, own) == 410
        with httpx.Client(base_url=own, headers={"origin": own}) as browser:
            entered = browser.post("/sign-in", data={"login": "amina", "password": PASSWORD})
            assert entered.status_code == 303, entered.text
            assert browser.get("/account").status_code == 200

            assert "already" in at.refused("add", *AMINA)
            assert "small Latin letters" in at.refused("add", "A B", *AMINA[1:])
            assert "none of: investor planner" in at.refused("role", "amina", "king")
            assert "party" in at.refused("add", "investor1", "--role", "investor", *AMINA[3:])
            assert "no such open account" in at.refused("role", "nobody", "planner")
            assert "no day" in at.refused("duty", "amina", "finance", "--from", "tomorrow")
            assert "ليس يوماً" in at.refused("duty", "amina", "finance", "--from", "غداً", lang="ar_LY.UTF-8")
            assert "last day" in at.refused("duty", "amina", "finance", "--from", LATE, "--until", EARLY)
            assert "Only who has a duty" in at.refused(
                "delegate", "amina", "finance", "--to", "amina", "--until", LATE, "--reason", "leave"
            )

            at.done("add", *BASIM)
            held = at.done("duty", "amina", "finance", "--from", EARLY, "--until", LATE)
            assert f"Finance  {EARLY} – {LATE} (not yet)" in held
            assert "until further notice" in at.done("duty", "amina", "registrar")
            stands_in = at.done(
                "delegate",
                "amina",
                "registrar",
                "--to",
                "basim",
                "--until",
                _in_a_month(data),
                "--reason",
                "leave",
            )
            assert "Registrar handed to Basim" in stands_in
            listed = at.done("list", lang="ar_LY.UTF-8")
            assert "amina  أمينة  مخطِّط" in listed and "باسم" in listed and EARLY in listed and "http" not in listed
            assert "handed to" not in at.done("delegate", "amina", "registrar", "--end")
            assert EARLY not in at.done("duty", "amina", "finance", "--end")
            assert "no such open account or entry" in at.refused("duty", "amina", "finance", "--end")

            assert "waits for a second admin" in at.done("role", "amina", "approver")
            assert "Auditor" in at.done("role", "amina", "auditor")

            assert "Closed" in at.done("disable", "amina")
            assert browser.get("/account").status_code != 200
            assert browser.post("/sign-in", data={"login": "amina", "password": PASSWORD}).status_code == 403


def _in_a_month(data: Path) -> str:
    with connect(data) as connection:
        row = connection.execute("select to_char(now() + interval '30 days', 'YYYY-MM-DD')").fetchone()
    assert row is not None
    return str(row[0])
