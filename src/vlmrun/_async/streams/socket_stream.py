"""Base of the streams over a WebSocket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from time import monotonic
from typing import Any

from vlmrun._async.http.websocket_connector import SocketConnector
from vlmrun._async.streams.image_stream import ImageStream
from vlmrun._async.streams.opening import Opening, Route, open_session
from vlmrun._async.streams.results import SessionResults, StreamResults
from vlmrun._async.streams.session import NO_STATE, Session, Ticket
from vlmrun._requests.decision_media import RemoteImage, check_image, remote_image
from vlmrun._requests.stream_items import StreamItem, stream_item
from vlmrun.errors import StreamClosedError


class SocketStream(ImageStream):
    """A stream of images over a WebSocket, which is opened by a `with` statement.

    Args:
        connector: Opens WebSockets.
        fetch: Fetches an image.
        routes: Returns where to open the session.
        opening: How to begin it.
        timeout: Seconds to wait for the result of an image; None for no limit.
        quality: The quality of the JPEG that pixels become.
    """

    def __init__(
        self,
        connector: SocketConnector,
        fetch: Callable[[RemoteImage], Awaitable[bytes]],
        routes: Callable[[], Sequence[Route]],
        opening: Opening,
        *,
        timeout: float | None,
        quality: int,
    ) -> None:
        super().__init__(opening.max_inflight, quality)
        self._connector = connector
        self._fetch = fetch
        self._routes = routes
        self._opening = opening
        self._timeout = timeout
        self._session: Session | None = None
        self._route: Route | None = None

    @property
    def is_open(self) -> bool:
        """Whether images can be sent now: not before the start, and not after the end."""
        return self._is_open and self._current().ended is None

    @property
    def limits(self) -> dict[str, Any]:
        """The limits of the server as it sent them, such as `max_inflight`; {} before the start."""
        return {} if self._session is None else self._session.created.to_dict()

    @property
    def stats(self) -> dict[str, Any]:
        """The numbers of the session as the server sent them, such as `cost`; {} before the end."""
        stats = None if self._session is None else self._session.stats
        return {} if stats is None else stats.to_dict()

    async def aclose(self) -> None:
        """End the session, with the results in flight, and close the connection."""
        await self._finish(is_complete=True)

    async def _open(self) -> None:
        if not self._is_open:
            session, self._route = await open_session(
                self._connector, self._routes(), self._opening
            )
            self._session, self._is_open = session, True
            if not self._connector.close_with_client(session):
                await self.aclose()
                raise session.closed_error()

    async def _finish(self, is_complete: bool) -> None:
        """Close the connection; wait for the numbers of the session if it is complete."""
        await self._end()
        if self._session is not None:
            await self._session.aclose(is_complete)

    def _current(self) -> Session:
        self._check_open()
        assert self._session is not None
        return self._session

    async def _result(self, image: Any, state: Any) -> Any:
        """Send one image, and return its result, or raise its error."""
        session = self._current()
        item = stream_item(image, None)
        ticket = await self._submit(item, state)
        await session.settle(ticket)
        while await self._send_again(ticket):
            await session.settle(ticket)
        result = self._result_of(item, ticket)
        if isinstance(result, StreamClosedError):
            result.missing = (item.index,)
        if isinstance(result, Exception):
            raise result
        return result

    def _all_results(self, images: Any, state: Any) -> StreamResults[Any]:
        """Return the results of many images, in their order."""
        session, take = self._current(), self._taker(images)
        submit = partial(self._submit, state=state)
        return self._opened(
            SessionResults(session, take, submit, self._send_again, self._result_of)
        )

    async def _submit(self, item: StreamItem, state: Any = NO_STATE) -> Ticket:
        session = self._current()
        content = await self._content(await self._read(item))
        session.check_size(item.where, content)
        expires = None if self._timeout is None else monotonic() + self._timeout
        ticket = Ticket(
            item.index, content, state=state, parts=self._parts(content), expires=expires
        )
        await session.submit(ticket)
        self._count += 1
        return ticket

    async def _content(self, item: StreamItem) -> bytes:
        remote = remote_image(item.where, item.image)
        if remote is None:
            content: bytes = item.image
            return content
        content = await self._fetch(remote)
        check_image(item.where, content)
        return content

    def _parts(self, content: bytes) -> list[dict[str, Any]] | None:
        """Return the form in which an image is sent in a message; None to send it as a frame."""
        return None

    async def _send_again(self, ticket: Ticket) -> bool:
        """Send a frame again if it was dropped and can be; return whether it was sent."""
        return False

    def _result_of(self, item: StreamItem, ticket: Ticket) -> Any:
        """Return the result of a frame that has an outcome, or its error."""
        raise NotImplementedError
