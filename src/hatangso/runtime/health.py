"""What may be missing or wrong on this machine, each as one check with the command that mends it.

A check is a pure function of ``Facts``; ``hatangso.runtime.facts`` gathers those.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from hatangso.runtime.postgresql import OLDEST as OLDEST_POSTGRESQL

SPACE_WANTED_MB = 1000


class Level(Enum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Facts:
    """What was found on the machine; None where it could not be looked at."""

    python: tuple[int, int]
    wrong_packages: tuple[str, ...]
    private_database: bool
    postgresql_versions: tuple[int, ...]
    postgis_versions: tuple[int, ...]
    place_error: str | None
    cluster_made: bool
    var_folder: str
    var_writable: bool
    free_mb: int
    secret_key_open: bool
    cut_off_restore: str | None
    missing_browser_files: tuple[str, ...]
    stale_translations: tuple[str, ...]
    static_stale: bool
    has_openmp: bool
    has_chromium: bool
    has_shared: bool
    database_error: str | None = None
    database_version: int | None = None
    missing_extensions: tuple[str, ...] = ()
    superuser: bool | None = None
    pending_migrations: tuple[str, ...] = field(default=())
    log_is_open_to: str | None = None
    log_waits_h: float = 0.0


@dataclass(frozen=True)
class Finding:
    """What one check says: the state in both languages, and the command that mends it."""

    level: Level
    english: str
    vietnamese: str
    mend: str = ""


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong."""

    identity: str
    judge: Callable[[Facts], Finding]


CHECKS: list[Check] = []


def _check(identity: str) -> Callable[[Callable[[Facts], Finding]], Callable[[Facts], Finding]]:
    def keep(judge: Callable[[Facts], Finding]) -> Callable[[Facts], Finding]:
        CHECKS.append(Check(identity, judge))
        return judge

    return keep


def _ok(english: str, vietnamese: str) -> Finding:
    return Finding(Level.OK, english, vietnamese)


def _error(english: str, vietnamese: str, mend: str) -> Finding:
    return Finding(Level.ERROR, english, vietnamese, mend)


def _warning(english: str, vietnamese: str, mend: str) -> Finding:
    return Finding(Level.WARNING, english, vietnamese, mend)


@_check("python")
def python(facts: Facts) -> Finding:
    """Python is one that the pinned packages have wheels for."""
    version = ".".join(str(part) for part in facts.python)
    if not (3, 11) <= facts.python <= (3, 13):
        return _error(
            f"Python {version} runs this; it needs 3.11 to 3.13.",
            f"Đang chạy bằng Python {version}; cần bản 3.11 đến 3.13.",
            "apt-get install python3 && ./run setup",
        )
    return _ok(f"Python {version}.", f"Python {version}.")


@_check("packages")
def packages(facts: Facts) -> Finding:
    """The installed Python packages are the pinned ones."""
    if facts.wrong_packages:
        named = ", ".join(facts.wrong_packages[:3])
        return _error(
            f"{len(facts.wrong_packages)} Python packages are not as pinned: {named}.",
            f"{len(facts.wrong_packages)} gói Python khác bản đã ghim: {named}.",
            "./run setup",
        )
    return _ok("Python packages as pinned.", "Các gói Python đúng bản đã ghim.")


@_check("postgis")
def postgis(facts: Facts) -> Finding:
    """A PostgreSQL server with PostGIS is installed, where the private database is used."""
    if not facts.private_database:
        return _ok("DATABASE_URL names the database.", "DATABASE_URL chỉ ra cơ sở dữ liệu.")
    if facts.postgis_versions:
        named = ", ".join(str(version) for version in facts.postgis_versions)
        return _ok(f"PostgreSQL {named} with PostGIS.", f"PostgreSQL {named} có PostGIS.")
    version = max((*facts.postgresql_versions[:1], OLDEST_POSTGRESQL))
    return _error(
        "No PostgreSQL with PostGIS is installed.",
        "Chưa cài PostgreSQL có PostGIS.",
        f"./run setup   (or: apt-get install postgresql-{version}-postgis-3)",
    )


@_check("var")
def var(facts: Facts) -> Finding:
    """The folder of all that is kept can be written."""
    if not facts.var_writable:
        return _error(
            f"{facts.var_folder} cannot be written by this user.",
            f"Người dùng này không ghi được vào {facts.var_folder}.",
            "run as the user that made it, or set HATANGSO_VAR to a folder of your own",
        )
    return _ok(f"Data lie in {facts.var_folder}.", f"Dữ liệu nằm ở {facts.var_folder}.")


@_check("space")
def space(facts: Facts) -> Finding:
    """There is room on the disk."""
    if facts.free_mb < SPACE_WANTED_MB:
        return _warning(
            f"Only {facts.free_mb} MB are free where the data lie.",
            f"Nơi chứa dữ liệu chỉ còn trống {facts.free_mb} MB.",
            "make room, or set HATANGSO_VAR to a folder on another disk",
        )
    return _ok(f"{facts.free_mb} MB free.", f"Còn trống {facts.free_mb} MB.")


@_check("secret-key")
def secret_key(facts: Facts) -> Finding:
    """Nobody else can read the key that signs sessions."""
    if facts.secret_key_open:
        return _error(
            "Others can read the key that signs sessions.",
            "Người khác đọc được khóa ký phiên làm việc.",
            f"chmod 600 {facts.var_folder}/secret-key",
        )
    return _ok("The session key is private.", "Khóa phiên làm việc được giữ kín.")


@_check("restore")
def restore(facts: Facts) -> Finding:
    """No restore was cut off half-way."""
    if facts.cut_off_restore:
        return _error(
            f"A restore was cut off: {facts.cut_off_restore} is left.",
            f"Lần khôi phục trước bị ngắt: còn lại {facts.cut_off_restore}.",
            f"compare it with {facts.var_folder}/files, keep the right one, remove the other",
        )
    return _ok("No restore was cut off.", "Không có lần khôi phục nào bị ngắt.")


@_check("place")
def place(facts: Facts) -> Finding:
    """The private cluster lies where this user may open it."""
    if not facts.private_database:
        return _ok("No private database is used.", "Không dùng cơ sở dữ liệu riêng.")
    if facts.place_error:
        return _error(facts.place_error, facts.place_error, "as the sentence says")
    if not facts.cluster_made:
        return _error(
            "The private database was not made yet.",
            "Chưa tạo cơ sở dữ liệu riêng.",
            "./run setup",
        )
    return _ok("The private database is there.", "Đã có cơ sở dữ liệu riêng.")


@_check("database")
def database(facts: Facts) -> Finding:
    """The database answers, and is not too old."""
    if facts.database_error:
        return _error(
            f"The database does not answer: {facts.database_error}",
            f"Cơ sở dữ liệu không trả lời: {facts.database_error}",
            "./run setup" if facts.private_database else "correct DATABASE_URL",
        )
    if facts.database_version is None:
        return _warning(
            "The database was not looked at.", "Chưa xem được cơ sở dữ liệu.", "./run setup"
        )
    if facts.database_version < OLDEST_POSTGRESQL:
        return _error(
            f"PostgreSQL {facts.database_version} is too old; {OLDEST_POSTGRESQL} is needed.",
            f"PostgreSQL {facts.database_version} quá cũ; cần bản {OLDEST_POSTGRESQL} trở lên.",
            f"move the data to PostgreSQL {OLDEST_POSTGRESQL} or newer",
        )
    version = facts.database_version
    return _ok(f"PostgreSQL {version} answers.", f"PostgreSQL {version} có trả lời.")


@_check("extensions")
def extensions(facts: Facts) -> Finding:
    """The extensions are in the database."""
    if facts.missing_extensions:
        named = ", ".join(facts.missing_extensions)
        statements = " ".join(f"CREATE EXTENSION {name};" for name in facts.missing_extensions)
        return _error(
            f"The database lacks: {named}.",
            f"Cơ sở dữ liệu thiếu: {named}.",
            f'psql "$DATABASE_URL" -c "{statements}"   (as a superuser of that server)',
        )
    return _ok("Extensions are in place.", "Đủ phần mở rộng.")


@_check("migrations")
def migrations(facts: Facts) -> Finding:
    """The tables are up to date."""
    if facts.pending_migrations:
        count = len(facts.pending_migrations)
        return _error(
            f"{count} migrations were not carried out.",
            f"Còn {count} bước cập nhật bảng chưa chạy.",
            "./run exec hatangso migrate",
        )
    return _ok("Tables are up to date.", "Các bảng đã cập nhật.")


@_check("roles")
def roles(facts: Facts) -> Finding:
    """The program does not use the database as a superuser."""
    if facts.superuser:
        return _warning(
            "The program uses the database as a superuser.",
            "Chương trình dùng cơ sở dữ liệu với quyền quản trị cao nhất.",
            "give DATABASE_URL a role of its own that owns only this database",
        )
    return _ok("The database's role is no superuser.", "Cơ sở dữ liệu được dùng với quyền thường.")


@_check("browser-libraries")
def browser_libraries(facts: Facts) -> Finding:
    """The files that the pages load are there."""
    if facts.missing_browser_files:
        return _error(
            f"Browser libraries are missing: {', '.join(facts.missing_browser_files[:3])}.",
            f"Thiếu thư viện cho trình duyệt: {', '.join(facts.missing_browser_files[:3])}.",
            "./run setup",
        )
    return _ok("Browser libraries are there.", "Đủ thư viện cho trình duyệt.")


@_check("translations")
def translations(facts: Facts) -> Finding:
    """The translations are compiled."""
    if facts.stale_translations:
        return _warning(
            f"Translations are not compiled: {', '.join(facts.stale_translations)}.",
            f"Bản dịch chưa biên dịch: {', '.join(facts.stale_translations)}.",
            "./run setup",
        )
    return _ok("Translations are compiled.", "Bản dịch đã biên dịch.")


@_check("static-files")
def static_files(facts: Facts) -> Finding:
    """The static files are collected."""
    if facts.static_stale:
        return _error("Static files are out of date.", "Tệp tĩnh chưa cập nhật.", "./run setup")
    return _ok("Static files are collected.", "Tệp tĩnh đã sẵn sàng.")


@_check("openmp")
def openmp(facts: Facts) -> Finding:
    """The radio engine can use every core."""
    if not facts.has_openmp:
        return _warning(
            "libgomp1 is missing: the radio engine runs more slowly.",
            "Thiếu libgomp1: phần tính vô tuyến chạy chậm hơn.",
            "apt-get install libgomp1",
        )
    return _ok("OpenMP is there.", "Có OpenMP.")


@_check("chromium")
def chromium(facts: Facts) -> Finding:
    """The tests have a browser; nothing else needs one."""
    if not facts.has_chromium:
        return _warning(
            "Chromium is missing; only ./run test needs it, and installs it.",
            "Thiếu Chromium; chỉ ./run test cần đến, và sẽ tự cài.",
            "./run test",
        )
    return _ok("Chromium is there.", "Có Chromium.")


@_check("shared")
def shared(facts: Facts) -> Finding:
    """Real plans and data are beside the project; without them the made-up province serves."""
    if not facts.has_shared:
        return _ok(
            "No ../shared: the made-up province is used.",
            "Không có ../shared: dùng tỉnh giả định.",
        )
    return _ok("../shared is there.", "Có ../shared.")


def examine(facts: Facts) -> list[tuple[Check, Finding]]:
    """Every check with what it says."""
    return [(check, check.judge(facts)) for check in CHECKS]


@_check("log-roles")
def log_roles(facts: Facts) -> Finding:
    """The application's database role is another than the owner, and cannot alter the history."""
    if facts.log_is_open_to is None:
        return _ok(
            "The site's database role cannot alter the history.",
            "Vai trò cơ sở dữ liệu của trang web không sửa được lịch sử.",
        )
    return _warning(
        f"The site's database role {facts.log_is_open_to} can alter the history: owner and "
        "application are one, or the application has too many rights.",
        f"Vai trò cơ sở dữ liệu {facts.log_is_open_to} của trang web có thể sửa lịch sử: chủ sở "
        "hữu và ứng dụng là một, hoặc ứng dụng có quá nhiều quyền.",
        "create a second role, name it in DATABASE_APPLICATION_URL, then: hatangso prepare",
    )


#: The history is chained each hour; after so long nobody does it. [h]
LOG_MAY_WAIT_H = 24


@_check("log-chain")
def log_chain(facts: Facts) -> Finding:
    """The history is chained and its head signed, so that a change behind its back is found."""
    if facts.log_waits_h <= LOG_MAY_WAIT_H:
        return _ok("The history is chained.", "Lịch sử đã được nối chuỗi.")
    hours = round(facts.log_waits_h)
    return _warning(
        f"Entries of the history have waited {hours} hours to be chained: no worker runs.",
        f"Các mục lịch sử đã chờ nối chuỗi {hours} giờ: không có tiến trình nào chạy việc này.",
        "hatangso audit chain   (then keep hatangso serve or hatangso jobs work running)",
    )
