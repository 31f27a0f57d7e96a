"""Runs the work on chunks of sources: here, in processes, or on Dask; few chunks are under way, none is ever lost."""

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
from selfeval_xl.errors import ComponentError, SelfEvalError

Item = TypeVar("Item")
Result = TypeVar("Result")
PATIENCE = 10  # seconds in which a scheduler has to answer
_LACKING = "集群上没有装本程序，或没有装全：请在调度器和每台工作机上装好与本机相同的版本，再运行"
_OTHER = "集群上装的本程序与本机的版本不同，算出的结果可能不一样：请在调度器和每台工作机上装好与本机相同的版本，再运行"
_BEAT = 0.5  # seconds after which a wait looks whether it is to stop


class Engine(Generic[Item, Result]):
    """Does ``work`` on chunks through an executor, which is made anew where a file has killed its worker.

    Set ``stopping`` to end early: what is under way is finished, the rest is left.
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
        """Each item with its result, as they get done; None for one that ends its process whenever it is tried."""
        try:
            for chunk in chunks:
                if self._stopping.is_set():
                    break
                self._submit(chunk)
                while len(self._pending) >= self._window:
                    yield from self._done()
            yield from self._rest()
            # Somebody in a chunk that was lost did it: one by one, so that the others are not lost with it.
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
        while self._pending:
            if self._stopping.is_set():
                for future in [future for future in self._pending if future.cancel()]:
                    del self._pending[future]
            yield from self._done()

    def _done(self) -> Iterator[tuple[Item, Result | None]]:
        for future in wait(self._pending, timeout=_BEAT, return_when=FIRST_COMPLETED).done:
            chunk = self._pending.pop(future)
            try:
                results = future.result()
            except SelfEvalError:
                raise
            except ImportError as error:  # what this machine has, only another one can lack
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
    """``jobs`` fresh processes, the same on every platform; they leave Ctrl-C to us.

    Raises SelfEvalError where none can be started: each file would seem to be the one that ended its process.
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
    """The workers of a Dask scheduler: it and they need this package, they the files under the same paths."""

    def __init__(self, address: str) -> None:
        """Raises SelfEvalError without the extra, without a scheduler at this address, or where this package is missing
        there or another one: each file would seem to be the one that ended its worker, or the ledger be of two minds.

        A worker may come later: it is asked with each chunk.
        """
        try:
            connect = import_module("distributed").Client
        except ImportError as error:
            raise ComponentError("--scheduler ", "distributed") from error
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
    """Looks at what all work needs, where it is to be done; ``made`` says what it is made by where it was asked for."""
    import_module("selfeval_xl.collect.worker")
    if made != made_by():
        raise SelfEvalError(_OTHER)


def _courier() -> Callable[[bytes], Any]:
    """What opens a parcel with work where that is to be done.

    Made inside a function it travels as its own code: a worker that has not even this package can run it and say so,
    while one that can't take up its work at all ends, and nobody ever hears of it.
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
    """Ctrl-C has to wait; for processes that begin meanwhile until they leave it to us.  Windows can't do that."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """What a process does first: leave Ctrl-C to its parent, and get ready to end where the parent is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
