# SPDX-License-Identifier: Apache-2.0
"""Who has an account signs in with it, from our own page, and nobody else does, however they try."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest

from layers.access import digest
from layers.accounts import new_password_link
from layers.actors import as_actor
from layers.attempts import PER_ACCOUNT, PER_ADDRESS
from layers.embedded import Cluster
from tests.conftest import Register, a_register
from tests.serving import serving
from tests.signing_in import a_user, actor, sign_in

PASSWORD = "a harbour with nine cranes"
PUBLIC = "https://marsa.example"
HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def register(cluster: Cluster, template: str) -> Iterator[Register]:
    with a_register(cluster, template) as made:
        yield made


@pytest.fixture(scope="module")
def address(register: Register) -> Iterator[str]:
    with serving(register) as served:
        yield served


@pytest.fixture(scope="module")
def proxied(register: Register) -> Iterator[str]:
    """Behind a proxy that speaks https with people; it is the test itself."""
    with serving(register, trusted_proxies="127.0.0.1", public_url=PUBLIC) as served:
        yield served


@pytest.fixture
def browser(address: str, register: Register) -> Iterator[httpx.Client]:
    """Somebody's, on our own pages; nobody has tried anything yet."""
    with register.connect() as connection:
        connection.execute("delete from register.attempt")
    with a_browser(address) as made:
        yield made


@pytest.fixture
def other(address: str) -> Iterator[httpx.Client]:
    """A second browser, of the same or of somebody else."""
    with a_browser(address) as made:
        yield made


def a_browser(address: str, origin: str | None = None) -> httpx.Client:
    return httpx.Client(base_url=address, headers={"origin": origin or address}, timeout=60)


def link_for(register: Register, user: UUID) -> str:
    admin = actor(register, a_user(register, "admin"))
    with register.connect("marsa_staff") as connection, as_actor(connection, admin):
        return new_password_link(connection, user)


def with_password(register: Register, address: str, role: str = "planner", password: str = PASSWORD) -> str:
    """A login that has this password."""
    user = a_user(register, role)
    with a_browser(address) as browser:
        key = link_for(register, user)
        answer = browser.post("/password", data={"key": key, "password": password, "again": password})
        assert answer.status_code == 303, answer.text
    with register.connect() as connection:
        row = connection.execute("select login from register.user_account where id = %s", [user]).fetchone()
    assert row is not None
    return str(row[0])


def enter(browser: httpx.Client, login: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
    return browser.post("/sign-in", data={"login": login, "password": password}, headers=headers)


# -- the password link -------------------------------------------------------------------------------------------------


def test_a_link_sets_a_password_once_and_only_a_good_one_uses_it_up(browser: httpx.Client, register: Register) -> None:
    user = a_user(register, name="nadia")
    key = link_for(register, user)
    assert "nadia" in browser.get("/password", params={"key": key}).text
    for password, again in (
        ("short", "short"),
        ("a" * 40, "a" * 40),
        ("x" * 300 + PASSWORD, "x" * 300 + PASSWORD),
        ("i am nadia and proud", "i am nadia and proud"),
        (PASSWORD, PASSWORD + "!"),
    ):
        sent = {"key": key, "password": password, "again": again}
        assert browser.post("/password", data=sent).status_code == 422, password
    sent = {"key": key, "password": PASSWORD, "again": PASSWORD}
    assert browser.post("/password", data=sent).status_code == 303
    assert browser.post("/password", data=sent).status_code == 410
    assert browser.get("/password", params={"key": key}).status_code == 410
    assert browser.post("/admin/enter", data={"key": link_for(register, user)}).status_code == 410
    assert enter(browser, "NADIA").status_code == 303
    with register.connect() as connection:
        kept = str(connection.execute("select row_to_json(p)::text from register.user_password p").fetchall())
    assert PASSWORD not in kept and "argon2id" in kept


# -- signing in --------------------------------------------------------------------------------------------------------


def test_signed_in_is_who_shows_the_secret_and_it_is_kept_nowhere(browser: httpx.Client, register: Register) -> None:
    login = with_password(register, str(browser.base_url))
    answer = enter(browser, login)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie
    assert answer.headers["location"].startswith("/account")
    page = browser.get("/account")
    assert login in page.text and page.headers["cache-control"] == "no-store"
    with register.connect() as connection:
        stored = connection.execute(
            "select s.id_sha256 from register.session s join register.user_account a on a.id = s.user_id where a.login = %s",
            [login],
        ).fetchall()
    assert stored == [(digest(browser.cookies["marsa"]),)]


def test_a_session_put_into_a_browser_beforehand_is_not_the_one_that_signs_in(
    browser: httpx.Client, other: httpx.Client, register: Register
) -> None:
    """Session fixation: the secret is always new, and what the browser brought along ends."""
    login = with_password(register, str(browser.base_url))
    attacker = sign_in(other, register, a_user(register))
    planted = attacker.cookies["marsa"]
    assert attacker.get("/account").status_code == 200
    browser.cookies.set("marsa", planted)
    answer = enter(browser, login, cookie=f"marsa={planted}")
    assert planted not in answer.headers["set-cookie"]
    assert attacker.get("/account").status_code == 403
    for value in ("x", "", "a" * 43, "../../x", "%00", "x" * 4000):
        forged = httpx.get(f"{str(browser.base_url).rstrip(chr(47))}/account", headers={"cookie": f"marsa={value}"})
        assert forged.status_code == 403, value


def test_a_cookie_copied_before_signing_out_opens_nothing_after(browser: httpx.Client, register: Register) -> None:
    login = with_password(register, str(browser.base_url))
    enter(browser, login)
    copied = {"cookie": f"marsa={browser.cookies['marsa']}"}
    assert browser.post("/sign-out").status_code == 303
    assert browser.get("/account", headers=copied).status_code == 403


def test_a_session_ends_when_idle_when_old_when_closed_and_by_a_new_password(
    browser: httpx.Client, other: httpx.Client, register: Register
) -> None:
    login = with_password(register, str(browser.base_url))
    for ending in (
        "update register.session set seen = now() - interval '31 minutes'",
        "update register.session set expires = now()",
        f"update register.user_account set disabled_at = now() where login = '{login}'",
    ):
        with register.connect() as connection:
            connection.execute("update register.user_account set disabled_at = null")
        assert enter(browser, login).status_code == 303
        assert browser.get("/account").status_code == 200
        with register.connect() as connection:
            connection.execute(ending)
        assert browser.get("/account").status_code == 403, ending
    assert enter(browser, login).status_code == 403  # closed
    with register.connect() as connection:
        connection.execute("update register.user_account set disabled_at = null")
    assert enter(other, login).status_code == enter(browser, login).status_code == 303
    new = {"old": PASSWORD, "password": "another harbour entirely", "again": "another harbour entirely"}
    assert browser.post("/account/password", data={**new, "old": "wrong"}).status_code == 403
    assert browser.post("/account/password", data=new).status_code == 303
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 403
    assert enter(other, login).status_code == 403


def test_a_role_taken_away_is_gone_in_the_open_session(browser: httpx.Client, register: Register) -> None:
    user = a_user(register, "admin")
    sign_in(browser, register, user)
    assert browser.get("/admin/users").status_code == 200
    with register.connect() as connection:
        connection.execute("update register.user_account set role = 'planner' where id = %s", [user])
    assert browser.get("/admin/users").status_code == 404
    assert browser.post("/admin/users", data={}).status_code == 404


def test_after_signing_in_one_comes_back_to_where_one_was_and_never_elsewhere(
    browser: httpx.Client, register: Register
) -> None:
    asked = browser.get("/admin/users?lang=en", headers=HTML)
    assert asked.headers["location"] == "/sign-in?next=%2Fadmin%2Fusers%3Flang%3Den&lang=en"
    login = with_password(register, str(browser.base_url), "admin")
    for given, goes_to in (
        ("/admin/users?lang=en", "/admin/users?lang=en"),
        ("https://evil.example/", "/account?lang=ar"),
        ("//evil.example/", "/account?lang=ar"),
        ("/\\evil.example/", "/account?lang=ar"),
        ("/\t/evil.example/", "/account?lang=ar"),
        ("javascript:alert(1)", "/account?lang=ar"),
        ("/x\r\nset-cookie: a=b", "/account?lang=ar"),
    ):
        answer = browser.post("/sign-in", data={"login": login, "password": PASSWORD, "next": given})
        assert answer.headers["location"] == goes_to, given
        browser.post("/sign-out")


# -- attacks -----------------------------------------------------------------------------------------------------------


def test_an_unknown_login_takes_as_long_and_reads_the_same_as_a_wrong_password(
    browser: httpx.Client, register: Register
) -> None:
    login = with_password(register, str(browser.base_url))
    took: dict[str, list[float]] = {login: [], "nobody.at.all": [], "x" * 5000: []}
    said = set()
    for _ in range(5):
        for name, times in took.items():
            began = time.perf_counter()
            answer = enter(browser, name, "not the password")
            times.append(time.perf_counter() - began)
            assert answer.status_code == 403
            said.add((answer.json()["type"], answer.json()["detail"]))
    assert len(said) == 1
    known, *others = (statistics.median(times) for times in took.values())
    for other in others:
        assert known / 3 < other < known * 3, took


def test_guessing_is_stopped_for_the_account_whoever_guesses_and_tried_at_once(
    browser: httpx.Client, proxied: str, register: Register
) -> None:
    login = with_password(register, str(browser.base_url))
    most = PER_ACCOUNT.amount

    def guess(number: int) -> int:
        with a_browser(proxied, PUBLIC) as one:
            return enter(one, login, f"guess {number}", **{"x-forwarded-for": f"9.9.{number}.9"}).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(most + 6)))
    assert sorted(answers) == [403] * most + [429] * 6
    refused = enter(browser, login)
    assert refused.status_code == 429 and refused.headers["retry-after"]
    assert "15" in refused.json()["detail"]
    with register.connect() as connection:
        connection.execute("update register.attempt set expires = now()")
    assert enter(browser, login).status_code == 303


def test_an_address_that_tries_many_accounts_is_stopped_and_cannot_pose_as_another(
    browser: httpx.Client, proxied: str, register: Register
) -> None:
    """Behind the trusted proxy the address that it saw counts; what the asker writes before it does not."""
    login = with_password(register, str(browser.base_url))
    with register.connect() as connection:
        connection.execute(
            "insert into register.attempt (key_sha256, count, expires) values (%s, %s, now() + interval '5 minutes')",
            [digest(PER_ADDRESS.key_for("7.7.7.7")), PER_ADDRESS.amount],
        )
    with a_browser(proxied, PUBLIC) as behind:
        for forged in (
            "1.2.3.4, 7.7.7.7",
            "7.7.7.7",
            "garbage, 7.7.7.7",
            "::ffff:7.7.7.7",
            "1.2.3.4,7.7.7.7 , 127.0.0.1",
        ):
            assert enter(behind, "somebody", **{"x-forwarded-for": forged}).status_code == 429, forged
        assert enter(behind, "somebody", **{"x-forwarded-for": "8.8.8.8"}).status_code == 403
        # Who signs in rightly never uses up what the office behind the same address may try.
        answer = enter(behind, login, **{"x-forwarded-for": "8.8.4.4"})
    assert answer.status_code == 303
    assert answer.headers["set-cookie"].startswith("__Host-marsa=") and "Secure" in answer.headers["set-cookie"]
    with register.connect() as connection:
        counted = connection.execute(
            "select count from register.attempt where key_sha256 = %s", [digest(PER_ADDRESS.key_for("8.8.4.4"))]
        ).fetchone()
    assert counted == (0,)


def test_without_a_trusted_proxy_nothing_forwarded_counts(register: Register) -> None:
    with register.connect() as connection:
        connection.execute("delete from register.attempt")
        connection.execute(
            "insert into register.attempt (key_sha256, count, expires) values (%s, %s, now() + interval '5 minutes')",
            [digest(PER_ADDRESS.key_for("127.0.0.1")), PER_ADDRESS.amount],
        )
    with serving(register) as address, a_browser(address) as browser:
        assert enter(browser, "somebody", **{"x-forwarded-for": "8.8.8.8"}).status_code == 429


def test_a_page_of_another_site_signs_nobody_in_or_out(browser: httpx.Client, register: Register) -> None:
    login = with_password(register, str(browser.base_url))
    enter(browser, login)
    for path in ("/sign-in", "/sign-out", "/account/password", "/account/delegate", "/admin/users", "/password"):
        for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
            assert browser.post(path, data={}, headers=headers).status_code == 403, path
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    "login", ["pаul", "ｐaul", "paul\u200b", "PAUL\u0130", "paul\0", "' or 1=1 --", "paul\u212a", "paul\u202e"]
)
def test_a_login_that_looks_like_another_is_nobody(
    browser: httpx.Client, other: httpx.Client, register: Register, login: str
) -> None:
    with register.connect() as connection:
        known = connection.execute("select from register.user_account where login = 'paul'").fetchone()
    if known is None:
        user = a_user(register, name="paul")
        key = link_for(register, user)
        browser.post("/password", data={"key": key, "password": PASSWORD, "again": PASSWORD})
    assert enter(browser, "paul").status_code == 303
    assert enter(browser, login).status_code == 403
    admin = sign_in(other, register, a_user(register, "admin"))
    sent = {"login": login, "name_ar": "بول", "name_en": "Paul", "role": "planner"}
    assert admin.post("/admin/users", data=sent).status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 403),
        (b"login=a&password=" + b"x" * 9000, 403),
        (b"x" * 20_000, 413),
        (b"\xff\xfe%00", 403),
        (b"a=b&" * 60, 413),
    ],
)
def test_a_strange_form_is_answered(browser: httpx.Client, body: bytes, status: int) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/sign-in", content=body, headers=headers).status_code == status


def test_over_a_network_a_password_goes_over_https_alone(register: Register) -> None:
    with serving(register, hosts="marsa.lan") as address:
        named = {"host": "marsa.lan", "origin": "http://marsa.lan"}
        assert httpx.post(f"{address}/sign-in", data={"login": "a"}, headers=named).status_code == 403


# -- the way in --------------------------------------------------------------------------------------------------------


def test_home_and_map_show_the_way_in_and_then_who_is_in_and_keep_that_from_others(
    browser: httpx.Client, register: Register, address: str
) -> None:
    public = {path: browser.get(path, params={"lang": "ar"}, headers=HTML) for path in ("/", "/map")}
    for path, page in public.items():
        assert (
            f'href="/sign-in?next={"%2F" if path == "/" else "%2Fmap%3Flang%3Dar"}&amp;lang=ar">دخول</a>' in page.text
        )
        assert "private" not in page.headers["cache-control"]
    login = with_password(register, address)
    assert enter(browser, login).status_code == 303
    for path, page in public.items():
        held = HTML | {"if-none-match": page.headers["etag"]}
        mine = browser.get(path, params={"lang": "ar"}, headers=held)
        assert mine.status_code == 200 and f'href="/account?lang=ar"><bdi>مستخدم {login}</bdi>' in mine.text
        assert "دخول</a>" not in mine.text
        assert "private" in mine.headers["cache-control"]
    browser.post("/sign-out")
    for path in public:
        assert "دخول</a>" in browser.get(path, params={"lang": "ar"}, headers=HTML).text
