"""Of the fork servers that nobody uses one is kept, whoever gives them back at the same time."""

from skhp.executors._fork_server import _Kept


class Server:
    def __init__(self, when_closed=lambda: None):
        self.is_open = True
        self._when_closed = when_closed

    def close(self):
        self.is_open = False
        self._when_closed()


def test_servers_given_back_at_the_same_time_are_not_left_behind():
    kept = _Kept()
    meanwhile = Server()
    servers = [Server(lambda: kept.put(meanwhile)), Server(), meanwhile]
    kept.put(servers[0])
    kept.put(servers[1])
    assert sum(server.is_open for server in servers) == 1
    assert kept.take().is_open
