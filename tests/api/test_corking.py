# SPDX-License-Identifier: Apache-2.0
"""Head and body of an answer leave together, and the last words are not lost when the connection closes."""

import asyncio

from api.corking import Cork


class Network(asyncio.Transport):
    """The system's end of a connection, as a list of what was handed to it."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def close(self) -> None:
        self.closed = True


def test_what_is_written_in_one_turn_leaves_in_one_piece() -> None:
    async def run() -> list[bytes]:
        network = Network()
        cork = Cork(network, asyncio.get_running_loop())
        cork.write(b"head ")
        cork.write(b"body")
        await asyncio.sleep(0)
        cork.write(b"next")
        await asyncio.sleep(0)
        return network.pieces

    assert asyncio.run(run()) == [b"head body", b"next"]


def test_a_closing_connection_says_all_before_it_goes() -> None:
    async def run() -> Network:
        network = Network()
        cork = Cork(network, asyncio.get_running_loop())
        cork.write(b"all of it")
        cork.close()
        assert network.pieces == [b"all of it"]
        return network

    assert asyncio.run(run()).closed
