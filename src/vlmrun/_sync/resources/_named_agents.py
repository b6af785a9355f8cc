# Derived from _async/resources/_named_agents.py by `make generate`. Do not edit.
"""Base class of `client.agent` with the calls that look named agents up."""

from __future__ import annotations

from vlmrun_api.api.agent import get_agent, list_agents, lookup_agent

from vlmrun._core.request_options import RequestOptions
from vlmrun._sync.resources._base import Resource
from vlmrun._validation import check_exactly_one, check_id, check_paging, check_str
from vlmrun.types.agent import AgentInfo
from vlmrun.types.page import Page


class NamedAgents(Resource):
    """Agents that have a name: get and list."""

    def get(
        self,
        name: str | None = None,
        id: str | None = None,
        prompt: str | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> AgentInfo:
        """Look up an agent. Pass exactly one of `name`, `id` and `prompt`.

        Args:
            name: `agent` or `agent:version`; without a version, the latest one.
            id: The agent's id.
            prompt: The exact prompt, of which the latest version is returned.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: None of them was passed, or more than one.
            ResourceNotFoundError: The agent does not exist.
            ValidationError: The name is malformed.

        Example:
            >>> agent = client.agent.get(name="invoices:1")
        """
        by = check_exactly_one(name=name, id=id, prompt=prompt)
        value = check_str(by, {"name": name, "id": id, "prompt": prompt}[by])
        # A lookup only reads, although it uses POST.
        return self._send_body(
            AgentInfo, lookup_agent._get_kwargs, {by: value}, self._begin(options), repeatable=True
        )

    def get_by_id(self, agent_id: str, *, options: RequestOptions | None = None) -> AgentInfo:
        """Return the agent with an id.

        Args:
            agent_id: The agent's id.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: No agent has this id.
            InputError: The id is empty or would change the URL.

        Example:
            >>> agent = client.agent.get_by_id("6b2f0c1e")
        """
        kwargs = get_agent._get_kwargs(check_id("agent_id", agent_id))
        return self._request(AgentInfo, kwargs, self._begin(options))

    def list(
        self,
        skip: int | None = None,
        limit: int | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> Page[AgentInfo]:
        """List the agents.

        Args:
            skip: The number of agents to skip.
            limit: The maximum number of agents to return, 1 to 1000.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: `skip` or `limit` is out of range.

        Example:
            >>> for agent in client.agent.list():
            ...     print(agent.name)
        """
        bounds = check_paging(skip=skip, limit=limit)
        page = self._request_page(AgentInfo, list_agents._get_kwargs(), self._begin(options))
        # The operation has no parameters: the service always returns all agents.
        if bounds:
            start = bounds.get("skip", 0)
            page[:] = page[start : start + bounds.get("limit", len(page))]
        return page
