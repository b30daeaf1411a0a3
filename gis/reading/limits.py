# SPDX-License-Identifier: Apache-2.0
"""How much a file may cost before it is refused."""

from dataclasses import dataclass

MB = 1024 * 1024
GB = 1024 * MB


@dataclass(frozen=True)
class Limits:
    """Bounds on one reading. Times in seconds, sizes in bytes."""

    file_bytes: int = 1 * GB
    """A larger file is refused before it is copied."""
    memory_bytes: int = 2 * GB
    """RLIMIT_AS of the child."""
    cpu_s: int = 60
    written_bytes: int = 1 * GB
    """RLIMIT_FSIZE: the largest file the child may write (it unpacks archives)."""
    open_files: int = 64
    wall_s: float = 120.0
    """After this the child's whole group is killed."""
    answer_bytes: int = 1 * GB
    """What the child may send back in all."""
    header_bytes: int = 64 * MB
    """One frame's header, which is JSON."""
    archive_members: int = 2_000
    archive_ratio: int = 200
    """Unpacked to packed; text tables reach 20, a bomb passes 1,000."""
    unpacked_bytes: int = 1 * GB
    layers: int = 1_000
    fields: int = 1_000
    features: int = 2_000_000
    issues: int = 200_000
    """A file with more faults than this is not a plan."""
    vertices: int = 1_000_000
    """Of one feature."""
    text_characters: int = 100_000
    """Of one value."""
    drawing_entities: int = 500_000
    """Of a drawing, blocks taken apart."""
    block_depth: int = 16
    kept_tables: int = 2_000
    """Tables kept word for word: a model has some forty, a net a hundred and twenty."""
    kept_characters: int = 16 * MB
    """Of one row of those."""
    original_bytes: int = 256 * MB
    """Of a file that is kept whole beside its tables."""


@dataclass(frozen=True)
class Walls:
    """What stands around the child. Both are up in use; a test takes one away to see that the child then refuses."""

    own_network: bool = True
    """Started by `unshare -rn` where the kernel allows it: an empty network namespace."""
    no_sockets: bool = True
    """A system call filter: no socket, no new program."""
