"""P45: a response that arrives as soon as a large request is written is not lost."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

from vlmrun._runtime.async_sockets import SocketStream

ROUNDS = 60
SIZE = 1_000_000


def respond(peer: socket.socket) -> None:
    for _ in range(ROUNDS):
        missing = SIZE
        while missing:
            missing -= len(peer.recv(min(missing, 65536)))
        peer.sendall(b"x")


async def exchange(near: socket.socket) -> list[bytes]:
    loop = asyncio.get_running_loop()

    def occupy() -> None:
        # The response then arrives in the same turn of the loop as the end of the write.
        time.sleep(0.0005)
        if not is_over:
            loop.call_soon(occupy)

    is_over = False
    occupy()
    stream = SocketStream(near)
    responses = []
    for _ in range(ROUNDS):
        await stream.write(b"a" * SIZE, 30)
        responses.append(await stream.read(1, 30))
    is_over = True
    await stream.aclose()
    return responses


def test_p45_response_in_the_same_turn_of_the_loop_is_not_lost() -> None:
    near, far = socket.socketpair()
    near.setblocking(False)
    with far:
        thread = threading.Thread(target=respond, args=(far,), daemon=True)
        thread.start()
        assert asyncio.run(exchange(near)) == [b"x"] * ROUNDS
        thread.join()
