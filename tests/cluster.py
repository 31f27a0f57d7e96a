"""Runs a Dask scheduler (``s``) or worker (``w``) in a process of its own; ``hidden``: a worker without this package,
``other``: with another version of it."""

from __future__ import annotations

import asyncio
import sys


async def main(role: str, address: str) -> None:
    from distributed import Scheduler, Worker

    if role == "s":
        server = Scheduler(host="127.0.0.1", port=int(address.rpartition(":")[2]), dashboard=False)
    else:
        server = Worker(address, nthreads=1)
    async with server:
        print("ready", flush=True)
        await server.finished()


if __name__ == "__main__":
    if sys.argv[3:] == ["hidden"]:
        sys.modules["selfeval_xl"] = None  # type: ignore[assignment]
    elif sys.argv[3:] == ["other"]:
        from selfeval_xl.collect import engine

        engine.made_by = lambda: "another"
    asyncio.run(main(*sys.argv[1:3]))
