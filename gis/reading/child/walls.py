# SPDX-License-Identifier: Apache-2.0
"""The child shuts itself in before it opens anything, and tries the door."""

import ctypes
import errno
import os
import platform
import resource
import socket
import struct
import sys
from pathlib import Path
from typing import Any

# Linux: linux/seccomp.h, linux/prctl.h, linux/bpf_common.h
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.EPERM
LOAD_WORD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER_AT, ARCHITECTURE_AT = 0, 4
# Per machine: AUDIT_ARCH, then socket, socketpair, io_uring_setup, execve, execveat, fork, vfork, ptrace.
# io_uring opens sockets without the socket call.
CALLS = {
    "x86_64": (0xC000003E, (41, 53, 425, 59, 322, 57, 58, 101)),
    "aarch64": (0xC00000B7, (198, 199, 425, 221, 281, 117)),
}


def set_limits(limits: dict[str, Any]) -> None:
    """Bounds on this process, for good: memory, processor time, what it may write, open files, no child processes."""
    for what, most in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_FSIZE, limits["written_bytes"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


def forbid_sockets() -> bool:
    """No socket and no new program from here on, by a filter on system calls. False where the machine has no such
    filter.
    """
    if platform.machine() not in CALLS:
        return False
    architecture, forbidden = CALLS[platform.machine()]
    steps = [
        (LOAD_WORD, 0, 0, ARCHITECTURE_AT),
        (JUMP_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, REFUSE),
        (LOAD_WORD, 0, 0, NUMBER_AT),
    ]
    for i, number in enumerate(forbidden):
        steps.append((JUMP_EQUAL, len(forbidden) - i, 0, number))
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(described), 0, 0) == 0)


def reaches_out(trap_port: int) -> bool:
    """Whether this process can open a connection: to the parent's port on loopback, or (unsent) to an address
    outside.
    """
    for kind, address in (
        (socket.SOCK_STREAM, ("127.0.0.1", trap_port)),
        # Documentation addresses (RFC 5737); a datagram socket that "connects" sends nothing, it only needs a route.
        (socket.SOCK_DGRAM, ("192.0.2.1", 9)),
    ):
        try:
            with socket.socket(socket.AF_INET, kind) as out:
                out.settimeout(1)
                out.connect(address)
        except OSError:
            continue
        return True
    return False


def memory_bytes() -> int:
    """The bound on memory that holds now."""
    return resource.getrlimit(resource.RLIMIT_AS)[0]


# Linux: linux/landlock.h. The numbers of the calls are the same on all machines.
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
FS_READ = 1 << 2 | 1 << 3
FS_WRITE = 1 << 1 | 1 << 5 | 1 << 8
FS_ALL = (1 << 13) - 1
FS_TRUNCATE, TRUNCATE_SINCE = 1 << 14, 3
OWN = ("/usr", "/lib", "/lib64", "/dev/null", "/dev/urandom")


def keep_to_folders(*, read: list[str], write: list[str]) -> bool:
    """From here on no file can be opened but those under these folders, our program's and the system's libraries.

    False where the kernel has no such wall (Linux before 5.13); the others stand all the same.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return False
    truncate = FS_TRUNCATE if version >= TRUNCATE_SINCE else 0
    handled = ctypes.create_string_buffer(struct.pack("Q", FS_ALL | truncate), 8)
    rules = libc.syscall(LANDLOCK_CREATE, handled, ctypes.c_size_t(8), 0)
    if rules < 0:
        return False
    ours = [*OWN, sys.prefix, sys.base_prefix, str(Path(__file__).resolve().parents[3])]
    for paths, access in (([*ours, *read], FS_READ), (write, FS_READ | FS_WRITE | truncate)):
        for path in paths:
            if not Path(path).exists():
                continue
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = access if Path(path).is_dir() else access & ~(1 << 3 | 1 << 5 | 1 << 8)
            rule = ctypes.create_string_buffer(struct.pack("=Qi", allowed, opened), 12)
            libc.syscall(LANDLOCK_ADD, rules, 1, rule, 0)
            os.close(opened)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    restricted: int = libc.syscall(LANDLOCK_RESTRICT, rules, 0)
    os.close(rules)
    return restricted == 0
