# SPDX-License-Identifier: Apache-2.0
"""From a clean clone to a running program: installs what is missing, then hands over to `python -m api`.

Only the standard library is here: nothing else is installed yet. Each step says what it did and how long it took; each
refusal is one sentence with the command that helps, in Arabic where the terminal's language is Arabic.
"""

import fcntl
import filecmp
import hashlib
import os
import pwd
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent.parent
SERVER_USER = "marsa"
HOME = Path("/var/lib/marsa")
OLDEST_NODE = 18
NOT_COPIED = {".git", ".venv", "node_modules", "vendor", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis"}
ARABIC = next((os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), "").startswith("ar")
WHAT_TESTING_IS = """\
Everything that can be checked by a machine is checked now: how the code is written (ruff), its types (mypy), which part
may use which (import contract), and then some thousands of tests on real databases, servers and browsers. On two cores
this takes about a quarter of an hour. Whatever fails, the rest still runs; the end says what went wrong.
One file or one test alone: ./marsa test tests/gis/test_numbers.py, or ./marsa test -k some_words."""
WHAT_TESTING_IS_AR = """\
يُفحص الآن كل ما تستطيع الآلة فحصه: كيف كُتبت الشفرة (ruff)، وأنواعها (mypy)، وأي جزء يستعمل أيّاً (import contract)، ثم
آلاف الاختبارات على قواعد بيانات وخوادم ومتصفحات حقيقية. يستغرق ذلك نحو ربع ساعة على نواتين. وإن فشل شيء استمر الباقي، وفي
الآخر يُقال ما الذي فشل.
ملف واحد أو اختبار واحد: ./marsa test tests/gis/test_numbers.py أو ./marsa test -k some_words"""


class Missing(Exception):
    """Something that cannot be installed from here; the person is told how."""

    def __init__(self, ar: str, en: str, command: str) -> None:
        super().__init__(f"{ar if ARABIC else en} {command}")


def main(arguments: Sequence[str]) -> int:
    """Prepares this checkout for the command and becomes it; returns only when it could not, or for `test`."""
    try:
        if os.geteuid() == 0:
            ensure_server_user()
            place = ensure_reachable()
            if place != HERE:
                os.environ["MARSA_CHECKOUT"] = str(HERE)
                os.execv(sys.executable, [sys.executable, "-I", str(place / "api" / "bootstrap.py"), *arguments])
        testing = arguments[:1] == ["test"]
        with only_one():
            ensure_environment("requirements-test.lock" if testing else "requirements.lock")
            ensure_database()
            if testing:
                ensure_chromium()
            ensure_assets()
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failure:
        said = (failure.stderr or failure.stdout or "").strip().splitlines()[-15:]
        print(*said, f"✗ {' '.join(map(str, failure.cmd))} → {failure.returncode}", sep="\n", file=sys.stderr)
        return 1
    if testing:
        return test(arguments[1:])
    return become_program(arguments or ["--help"])


def become_program(arguments: Sequence[str]) -> NoReturn:
    """This process goes on as the program itself."""
    os.environ["PYTHONPATH"] = str(HERE)
    os.environ["PYTHONSAFEPATH"] = "1"  # the caller's folder is not searched for modules
    os.execv(python(), [python(), "-m", "api", *arguments])


@contextmanager
def step(ar: str, en: str) -> Iterator[None]:
    """Says what was done and how long it took."""
    began = time.monotonic()
    yield
    seconds = time.monotonic() - began
    print(f"  ✓ {ar} ({seconds:.1f} ث)" if ARABIC else f"  ✓ {en} ({seconds:.1f} s)", flush=True)


@contextmanager
def only_one() -> Iterator[None]:
    """Two set-ups of one checkout take turns."""
    with (HERE / ".gitignore").open() as lock:  # any file that is always there
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# -- the system user and the place -------------------------------------------------------------------------------------


def ensure_server_user() -> None:
    """Root's installations belong to a user of their own: PostgreSQL refuses root, and so should a server."""
    try:
        pwd.getpwnam(SERVER_USER)
    except KeyError:
        with step("أُنشئ المستخدم marsa", "the user marsa was made"):
            run("useradd", "--system", "--home-dir", str(HOME), "--shell", "/usr/sbin/nologin", SERVER_USER)
    entry = pwd.getpwnam(SERVER_USER)
    HOME.mkdir(mode=0o755, exist_ok=True)
    os.chown(HOME, entry.pw_uid, entry.pw_gid)


def ensure_reachable() -> Path:
    """This checkout, or a copy of it where the server's user can read: root's home is closed to everybody else."""
    entry = pwd.getpwnam(SERVER_USER)
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        readable = os.access(HERE / "pyproject.toml", os.R_OK) and os.access(sys.executable, os.X_OK)
        os._exit(0 if readable else 1)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        return HERE
    if not shutil.which("python3", path="/usr/bin"):
        raise Missing(
            "لا يصل المستخدم marsa إلى Python.", "The user marsa cannot reach Python.", "apt-get install python3"
        )
    place = HOME / "program" / hashlib.sha256(str(HERE).encode()).hexdigest()[:8]
    with step(f"نُسخ البرنامج إلى {place}", f"the program was copied to {place}"):
        mirror(HERE, place)
    return place


def mirror(origin: Path, target: Path) -> None:
    """Makes `target` hold what `origin` holds, but for what set-up makes in each place anew."""
    target.mkdir(parents=True, exist_ok=True)
    wanted = {path.name for path in origin.iterdir() if path.name not in NOT_COPIED}
    for path in target.iterdir():
        if path.name not in wanted and path.name not in NOT_COPIED:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in wanted:
        if (origin / name).is_dir():
            mirror(origin / name, target / name)
        elif not (target / name).exists() or not filecmp.cmp(origin / name, target / name, shallow=False):
            shutil.copy2(origin / name, target / name)


# -- Python ------------------------------------------------------------------------------------------------------------


def python() -> str:
    return str(HERE / ".venv" / "bin" / "python")


def ensure_environment(lock_name: str) -> None:
    """`.venv` with what the lock says. One that holds more (for tests) serves as well."""
    lock = HERE / lock_name
    stamp = HERE / ".venv" / "marsa.stamp"
    wanted = digest(lock)
    held = stamp.read_text().split() if stamp.exists() else []
    if wanted in held:
        return
    if not has_venv():
        install(["python3-venv"], "python3-venv")
    with step("جُهّزت بيئة Python", "the Python environment is ready"):
        if not held:
            shutil.rmtree(HERE / ".venv", ignore_errors=True)
            run(sys.executable, "-m", "venv", str(HERE / ".venv"))
        stamp.unlink(missing_ok=True)
        pip = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        run(*pip, "-r", str(lock))
        # The test lock holds all of the other one: both are met by it.
        stamp.write_text(f"{wanted} {digest(HERE / 'requirements.lock')}\n")


def has_venv() -> bool:
    return (
        subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode
        == 0
    )


# -- system packages ---------------------------------------------------------------------------------------------------


def ensure_database() -> None:
    """PostgreSQL with PostGIS, unless the environment names one elsewhere."""
    if os.environ.get("MARSA_DATABASE_URL") and sys.argv[1:2] != ["test"]:
        return
    if any(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        return
    # The distribution makes and starts a cluster of its own on installation, on the usual port. Not on our account.
    rule = Path("/etc/postgresql-common/createcluster.d/marsa.conf")
    if can_install():
        as_root("mkdir", "-p", str(rule.parent))
        as_root("sh", "-c", f"echo 'create_main_cluster = false' > {rule}")
    try:
        install(["postgresql-postgis"], "PostgreSQL, PostGIS")
    finally:
        if can_install():
            as_root("rm", "-f", str(rule))


def ensure_chromium() -> None:
    """Tests look at the pages in the distribution's browser."""
    if not shutil.which("chromium"):
        install(["chromium"], "Chromium")


def can_install() -> bool:
    if not shutil.which("apt-get"):
        return False
    return os.geteuid() == 0 or (
        shutil.which("sudo") is not None
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    )


def install(packages: list[str], what: str) -> None:
    """Installs by apt where root or sudo is at hand. Raises Missing with the exact command where not."""
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if not can_install():
        raise Missing(f"ينقص: {what}. ثبّته بالأمر:", f"Missing: {what}. Install it with:", f"sudo {command}")
    with step(f"ثُبّت {what}", f"{what} was installed"):
        as_root("apt-get", "update", "-q")
        as_root("apt-get", "install", "-q", "-y", "--no-install-recommends", *packages)


def as_root(*command: str) -> None:
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    run(*sudo, *environment, *command)


# -- what the pages need -----------------------------------------------------------------------------------------------


def ensure_assets() -> None:
    """web/vendor, from the npm lock."""
    lock = digest(HERE / "package-lock.json")
    stamp = HERE / "node_modules" / "marsa.stamp"
    fresh = stamp.exists() and stamp.read_text() == lock
    environment = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONSAFEPATH": "1"}
    made = HERE / "web" / "vendor" / "marsa.stamp"
    if fresh and made.exists() and made.read_text() == lock + digest(HERE / "web" / "assets.py"):
        return
    if not usable_node():
        with step("ثُبّت Node", "Node was installed"):
            pip = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
            run(*pip, "-r", str(HERE / "requirements-node.lock"))
        environment["PATH"] = f"{HERE / '.venv' / 'bin'}{os.pathsep}{environment['PATH']}"
    with step("جُهّزت ملفات الصفحات", "the pages' files are ready"):
        if not fresh:
            # No package runs a script of its own here.
            run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=HERE, environment=environment)
            stamp.write_text(lock)
        run(python(), "-m", "web.assets", cwd=HERE, environment=environment)
        made.write_text(lock + digest(HERE / "web" / "assets.py"))


def usable_node() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    major = said.lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


# -- tests -------------------------------------------------------------------------------------------------------------


def test(words: Sequence[str]) -> int:
    """Lint, types, the import contract and all tests; everything is run, whatever fails. `words` go to pytest.

    The last lines name the tests that failed.
    """
    pytest = ["python", "-m", "pytest", *(["--color=yes"] if sys.stdout.isatty() else [])]
    covered = ["--cov", "--cov-report=", "--cov-fail-under=0"]
    steps = [
        ("ruff", ["ruff", "check", "."]),
        ("ruff format", ["ruff", "format", "--check", "."]),
        ("mypy", ["mypy"]),
        ("import contract", ["lint-imports"]),
    ]
    if words:
        steps += [("tests", [*pytest, *words])]
    else:
        processes = test_processes()
        side_by_side = ["-n", str(processes), "--dist", "worksteal", "-m", "not alone"]
        steps += [
            (f"tests ×{processes}", [*pytest, *side_by_side, *covered]),
            ("tests alone", [*pytest, "-m", "alone", *covered, "--cov-append"]),
            ("coverage", ["coverage", "report"]),
        ]
    print(WHAT_TESTING_IS_AR if ARABIC else WHAT_TESTING_IS, flush=True)
    began = time.monotonic()
    wrong, failed = [], []
    for title, command in steps:
        step_began = time.monotonic()
        print(f"── {title}", flush=True)
        code, names = heard(command)
        print(f"── {title}: {'✗' if code else '✓'} ({time.monotonic() - step_began:.0f} s)", flush=True)
        wrong += [title] if code else []
        failed += names
    minutes = (time.monotonic() - began) / 60
    if not wrong:
        print(f"كل شيء سليم ({minutes:.1f} د)." if ARABIC else f"All is well ({minutes:.1f} min).")
        return 0
    said, again = (
        ("لم ينجح", "اختبارات فشلت، ويعاد أحدها بـ ‎./marsa test ثم اسمه:")
        if ARABIC
        else ("Not well", "Tests that failed; run one again with ./marsa test and its name:")
    )
    print(f"{said}: {', '.join(wrong)} ({minutes:.1f} min)", *([again, *failed] if failed else []), sep="\n")
    return 1


def test_processes() -> int:
    """One more than cores, for tests wait a lot; each wants its own database, browser and server: 1.5 GB."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(len(os.sched_getaffinity(0)) + 1, memory // 1_500_000_000, 8))


def heard(command: Sequence[str]) -> tuple[int, list[str]]:
    """Runs a step and shows what it says while it says it: how it ended, and the tests that it said failed."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(HERE),
        "PATH": f"{HERE / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    said = bytearray()
    with subprocess.Popen(
        command, cwd=HERE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        while running.stdout and (piece := os.read(running.stdout.fileno(), 65536)):
            said += piece
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
    plain = re.sub(r"\x1b\[[0-9;]*m", "", said.decode(errors="replace"))
    return running.returncode, re.findall(
        r"^(?:FAILED|ERROR) (tests/[^\[\n]*?(?:\[.*?\])?)(?: - .*)?$", plain, re.MULTILINE
    )


# -- small things ------------------------------------------------------------------------------------------------------


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*command: str, cwd: Path | None = None, environment: dict[str, str] | None = None) -> None:
    """Runs a program quietly; its output is shown only when it fails (CalledProcessError carries it)."""
    subprocess.run(
        command, check=True, cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
