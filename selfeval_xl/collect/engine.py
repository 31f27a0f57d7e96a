"""The engine: runs work on chunks of items here, in processes, or on Dask.

Only a few chunks are under way at a time; a chunk whose worker died is done again, item by item.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import Any, Generic, TypeVar

from selfeval_xl.collect.journal import made_by
from selfeval_xl.errors import SelfEvalError, component

Item = TypeVar("Item")
Result = TypeVar("Result")
PATIENCE = 10  # seconds in which a scheduler has to answer
_LACKING = "集群上没有装本程序，或没有装全：请在调度器和每台工作机上装好与本机相同的版本，再运行"
_OTHER = "集群上装的本程序与本机的版本不同，算出的结果可能不一样：请在调度器和每台工作机上装好与本机相同的版本，再运行"
_BEAT = 0.5  # seconds between two looks at whether the run is to stop


class Engine(Generic[Item, Result]):
    """Does ``work`` on chunks through an executor, which is made anew after an item has killed its worker.

    Set ``stopping`` to end early: chunks under way are finished, the others are left.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], list[Result]],
        executor: Callable[[], Executor],
        window: int,
        stopping: threading.Event,
    ) -> None:
        self._work, self._make, self._window, self._stopping = work, executor, window, stopping
        self._executor: Executor | None = None
        self._pending: dict[Future[list[Result]], Sequence[Item]] = {}
        self._suspects: list[Item] = []

    def run(self, chunks: Iterable[Sequence[Item]]) -> Iterator[tuple[Item, Result | None]]:
        """Each item with its result, as they get done; None for an item that kills its process whenever it is tried."""
        try:
            for chunk in chunks:
                if self._stopping.is_set():
                    break
                self._submit(chunk)
                while len(self._pending) >= self._window:
                    yield from self._done()
            yield from self._rest()
            # One of the items in a lost chunk killed the worker: try them one by one, to lose no other with it.
            suspects, self._suspects = self._suspects, []
            for item in suspects:
                if self._stopping.is_set():
                    break
                self._submit([item])
                yield from self._rest()
                yield from ((lost, None) for lost in self._suspects)
                self._suspects = []
        finally:
            if self._executor is not None:
                for future in self._pending:
                    future.cancel()
                self._executor.shutdown()

    def _submit(self, chunk: Sequence[Item]) -> None:
        if self._executor is None:
            try:
                self._executor = self._make()
            except SelfEvalError:
                if self._stopping.is_set():  # the Ctrl-C that we got ended them as they began
                    return
                raise
        try:
            self._pending[self._executor.submit(self._work, chunk)] = chunk
        except BrokenExecutor:
            self._suspects += chunk
            self._executor = None

    def _rest(self) -> Iterator[tuple[Item, Result | None]]:
        """The results of all that is pending; chunks not yet begun are dropped where the run is to stop."""
        while self._pending:
            if self._stopping.is_set():
                for future in [future for future in self._pending if future.cancel()]:
                    del self._pending[future]
            yield from self._done()

    def _done(self) -> Iterator[tuple[Item, Result | None]]:
        """The results of the chunks that get done next; a chunk that failed goes to the suspects."""
        for future in wait(self._pending, timeout=_BEAT, return_when=FIRST_COMPLETED).done:
            chunk = self._pending.pop(future)
            try:
                results = future.result()
            except SelfEvalError:
                raise
            except ImportError as error:  # this machine has it all, so another one lacks something
                raise SelfEvalError(_LACKING) from error
            except Exception as error:
                self._suspects += chunk
                if isinstance(error, BrokenExecutor):
                    self._executor = None
            else:
                yield from zip(chunk, results, strict=True)


class Here(Executor):
    """An executor that works on the spot, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def processes(jobs: int) -> Executor:
    """``jobs`` fresh processes, spawned alike on every platform; Ctrl-C is left to this one.

    Raises SelfEvalError where they can't be started, as otherwise each file would look like one that kills its process.
    """
    try:
        executor = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_begin)
        with _undisturbed():
            begun = [executor.submit(int) for _ in range(jobs)]
        for each in begun:
            each.result()
    except (OSError, ValueError, BrokenExecutor) as error:  # ValueError: by what the first that failed left behind
        raise SelfEvalError("程序不能另开进程（可能是系统不许，或内存不够）：请加 --jobs 1 再运行") from error
    return executor


class Dask(Executor):
    """The workers of a Dask scheduler: all need this package, and the workers see the files under the same paths."""

    def __init__(self, address: str) -> None:
        """Raises SelfEvalError without the extra, without a scheduler at this address, and where this package is
        missing there or has another version: every file would look like one that kills its worker, or results differ.

        As workers may join later, each chunk asks again.
        """
        connect = component("distributed", "--scheduler ", "distributed").Client
        try:
            self._client: Any = connect(address, timeout=PATIENCE)
        except (OSError, TimeoutError, ValueError) as error:
            raise SelfEvalError(f"连不上分派任务的调度程序 {address}（Dask），请检查地址和网络") from error
        try:
            self._client.run_on_scheduler(_ready, made_by())
            self._client.run(_ready, made_by())
        except Exception as error:  # of whatever kind: they could not even take up a task of ours
            self._client.close()
            if isinstance(error, SelfEvalError):
                raise
            raise SelfEvalError(_LACKING) from error
        self._futures: Executor = self._client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        parcel = pickle.dumps((_done_as_here, (made_by(), fn, *args), kwargs))
        return self._futures.submit(_courier(), parcel)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._futures.shutdown(wait)
        self._client.close()


def _ready(made: str) -> None:
    """Runs on a worker: raise unless it has this package, in the version ``made`` of the machine that asks."""
    import_module("selfeval_xl.collect.worker")
    if made != made_by():
        raise SelfEvalError(_OTHER)


def _courier() -> Callable[[bytes], Any]:
    """The function that unpickles and runs a parcel of work on a worker.

    Being defined inside a function, it is sent as code: a worker without this package can run it and report what is
    missing.  A task that a worker can't even unpickle would end the worker without a word.
    """

    def deliver(parcel: bytes) -> Any:
        import pickle

        try:
            work, args, kwargs = pickle.loads(parcel)
        except Exception as error:  # of whatever kind: this package is missing, or so old that it lacks something
            raise ImportError(str(error)) from error
        return work(*args, **kwargs)

    return deliver


def _done_as_here(made: str, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    _ready(made)
    return fn(*args, **kwargs)


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets, where signals can be caught at all; the second one interrupts as ever."""
    stopping = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return
    before = signal.getsignal(signal.SIGINT)

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, stop)
    try:
        yield stopping
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Holds Ctrl-C back while processes start, until they ignore it themselves; not possible on Windows."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """What a process does first: ignore Ctrl-C, which is the parent's, and arrange to end when the parent is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
