"""Processes that are to be killed, forked from one that has imported Django, which takes long."""

import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Job:
    """A forked process: what it prints, and its end."""

    def __init__(self, pid: int, stdout: IO[str], answers: IO[str]) -> None:
        self.pid, self.stdout, self.answers = pid, stdout, answers

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """The exit code; below 0, the signal that ended the process."""
        return int(self.answers.readline())


class Parent:
    """Runs ``tests.importing.worker`` in processes of their own, one at a time."""

    def __init__(self, line: socket.socket, answers: IO[str]) -> None:
        self.line, self.answers = line, answers

    def job(self, *arguments: object) -> Job:
        read, write = os.pipe()
        socket.send_fds(self.line, [json.dumps([*map(str, arguments)]).encode()], [write])
        os.close(write)
        return Job(int(self.answers.readline()), os.fdopen(read), self.answers)


@contextmanager
def parent(environment: dict[str, str], cwd: Path) -> Iterator[Parent]:
    ours, theirs = socket.socketpair()
    with ours, ours.makefile() as answers:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.importing.forking", str(theirs.fileno())],
                env=environment,
                cwd=cwd,
                pass_fds=[theirs.fileno()],
                process_group=0,
            )
        try:
            yield Parent(ours, answers)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def serve(line: socket.socket) -> None:
    """For each job that comes in, tell the id of its process, and then its exit code."""
    from tests.importing.worker import main

    while True:
        arguments, files, *_ = socket.recv_fds(line, 1024, 1)
        if not arguments:
            return
        pid = os.fork()
        if pid == 0:
            os.dup2(files[0], sys.stdout.fileno())
            try:
                main(*json.loads(arguments))
            except BaseException:  # Whatever ends the job, the child never comes back to the loop.
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        os.close(files[0])
        line.send(f"{pid}\n".encode())
        line.send(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())


if __name__ == "__main__":
    import django

    django.setup()
    serve(socket.socket(fileno=int(sys.argv[1])))
