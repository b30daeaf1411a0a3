# SPDX-License-Identifier: Apache-2.0
"""The family of refusals: each is a fact about the land or the installation. It knows no HTTP and no language.

The sentences for people are in web/messages; what is not a MarsaError is a fault in the program.
"""

from gis.errors import MarsaError as MarsaError


class NoSuchLayer(MarsaError):
    """No collection has this id, or none that the reader may see."""

    def __init__(self, layer_id: str) -> None:
        super().__init__(layer_id)
        self.layer_id = layer_id


class NoSuchFeature(MarsaError):
    """The collection holds no such feature, or none that the reader may see."""

    def __init__(self, layer_id: str, feature_id: str) -> None:
        super().__init__(layer_id, feature_id)
        self.layer_id, self.feature_id = layer_id, feature_id


class NoSuchTile(MarsaError):
    """The tile matrix set has no such tile."""

    def __init__(self, tile_matrix: str, tile_row: str, tile_col: str) -> None:
        super().__init__(tile_matrix, tile_row, tile_col)
        self.tile_matrix, self.tile_row, self.tile_col = tile_matrix, tile_row, tile_col


class NoSuchPage(MarsaError):
    """Nothing lives at this address."""


class BadQuery(MarsaError):
    """A query parameter is unknown or malformed."""

    def __init__(self, parameter: str, given: str, expected: str) -> None:
        super().__init__(parameter, given, expected)
        self.parameter, self.given, self.expected = parameter, given, expected


class BadOption(MarsaError):
    """A command's option has a value that it cannot have."""

    def __init__(self, option: str, given: str, expected: str) -> None:
        super().__init__(option, given, expected)
        self.option, self.given, self.expected = option, given, expected


class ForeignHost(MarsaError):
    """The request was sent to a name that is not this service's."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class AddressTooLong(MarsaError):
    """Path and query together are longer than anything here needs."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(most_bytes)
        self.most_bytes = most_bytes


class TooManyParameters(MarsaError):
    """The query has more parameters than anything here takes."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class ClusterError(MarsaError):
    """The embedded database must not or cannot run."""


class NoPostGIS(ClusterError):
    """No PostgreSQL with PostGIS is installed."""


class SocketPathTooLong(ClusterError):
    """The data folder's path leaves no room for the name of a unix socket."""

    def __init__(self, folder: str, bytes_over: int) -> None:
        super().__init__(folder, bytes_over)
        self.folder, self.bytes_over = folder, bytes_over


class ClusterForeign(ClusterError):
    """The folder holds a database cluster that this installation did not make."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder


class ClusterLocked(ClusterError):
    """Another process is starting the same installation."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder


class ClusterVersion(ClusterError):
    """The data was written by a version of PostgreSQL that is not installed."""

    def __init__(self, needed: int, installed: list[int]) -> None:
        super().__init__(needed, installed)
        self.needed, self.installed = needed, installed


class ClusterWontStart(ClusterError):
    """PostgreSQL gave up; its own words are in `said`."""

    def __init__(self, said: str, *, stopping: bool = False) -> None:
        super().__init__(said)
        self.said, self.stopping = said, stopping


class DiskFull(ClusterError):
    """No space is left for the data."""


class FolderNotEmpty(MarsaError):
    """The folder holds things that are not an installation's."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder


class FolderNotOurs(MarsaError):
    """The folder belongs to another system user."""

    def __init__(self, folder: str, owner: str) -> None:
        super().__init__(folder, owner)
        self.folder, self.owner = folder, owner


class FolderReadOnly(MarsaError):
    """Nothing can be written in the folder."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder


class NoDatabase(MarsaError):
    """The database at the given address does not let us in; its own words are in `said`."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class NoService(MarsaError):
    """No service of this installation is running, and no address of another was given."""


class NoSuites(MarsaError):
    """A test suite cannot be run: `missing` is the program or file that is not to be had."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


class NotEmbedded(MarsaError):
    """What was asked for is of the embedded database, and this installation uses another."""


class MigrationWaits(MarsaError):
    """Somebody holds tables that a migration must change."""


class WorkersEnded(MarsaError):
    """The processes that answer requests ended before they answered any."""


class BackupTaken(MarsaError):
    """A file of the backup's name exists."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file


class NotABackup(MarsaError):
    """The file is no backup of Marsa, or none that this version reads."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file


class BackupDamaged(MarsaError):
    """The file is not what was written: a digest does not agree."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file


class BackupFailed(MarsaError):
    """PostgreSQL's own tool gave up; its words are in `said`."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class RestoreDiffers(MarsaError):
    """What was restored is not what was saved, in these tables."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(tables)
        self.tables = tables


class RestoreUnfinished(MarsaError):
    """A restore into the folder was broken off."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder


class ChainBroken(MarsaError):
    """A file of events is not the chain that was written."""

    def __init__(self, file: str, wrong: str) -> None:
        super().__init__(file, wrong)
        self.file, self.wrong = file, wrong


class PortTaken(MarsaError):
    """Another program listens at the address."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.host, self.port = host, port


class AlreadyRunning(MarsaError):
    """This installation is already served by another supervisor."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self.pid = pid


class OtherSrid(MarsaError):
    """The installation was made with another legal CRS, which never changes."""

    def __init__(self, asked: int, kept: int) -> None:
        super().__init__(asked, kept)
        self.asked, self.kept = asked, kept


class NotMetric(MarsaError):
    """The CRS does not count in metres, or does not exist."""

    def __init__(self, srid: int) -> None:
        super().__init__(srid)
        self.srid = srid


class NewerData(MarsaError):
    """The data was written by a newer Marsa than this one."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision


class NotSignedIn(MarsaError):
    """The address is for people who have been let in."""


class NotThoseWords(MarsaError):
    """Login and password do not belong together, or the account is closed: which of these is not said."""


class FormTooLong(MarsaError):
    """A page's form was sent with more than it takes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(most_bytes)
        self.most_bytes = most_bytes


class LinkSpent(MarsaError):
    """The one-time link was used, has expired, or never was one."""


class OtherOrigin(MarsaError):
    """A page of another site, or nobody's page, asked for a change."""


class NeedsHttps(MarsaError):
    """Signing in over a network is for encrypted connections only."""


class Busy(MarsaError):
    """The database did not answer within the limit."""


class MethodNotAllowed(MarsaError):
    """The address exists and does not take this method."""

    def __init__(self, method: str) -> None:
        super().__init__(method)
        self.method = method


class TooManyExports(MarsaError):
    """The asker, or all of them together, have as many files under way as we make at a time."""


class ExportTooLarge(MarsaError):
    """Too much for an answer that somebody waits for."""

    def __init__(self, features: int, most: int) -> None:
        super().__init__(features, most)
        self.features, self.most = features, most


class NoSuchExport(MarsaError):
    """The export was never asked for, is not finished, or is older than a day."""

    def __init__(self, export_id: str) -> None:
        super().__init__(export_id)
        self.export_id = export_id
