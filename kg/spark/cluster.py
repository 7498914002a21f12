"""A cluster, the files that it writes, and what can go wrong there."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")
_PART = re.compile(r"(part-\d+)(?:\.nq)?((?:\.gz)?)")
_GZIP = "org.apache.hadoop.io.compress.GzipCodec"
_RAISED = re.compile(r"^\w[\w.]*(?:Error|Exception): .*", re.MULTILINE)
_SETTINGS = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "OFF"}


class SparkMissing(ImportError):
    """PySpark or Java is wanted and not installed."""


class SparkFailed(RuntimeError):
    """The cluster did not do the work."""


class FolderTaken(FileExistsError):
    """The parts would replace what is not theirs."""


@contextmanager
def joining(master: str) -> Iterator[SparkContext]:
    """Join the cluster; what fails there is raised as SparkFailed.

    :param master: its address as Spark writes it.
    :raises SparkMissing: without PySpark or Java.
    """
    try:
        from py4j.protocol import Py4JError
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkException
    except ImportError as error:
        raise SparkMissing("PySpark is not installed; run pip install 'dangjian-kg[spark]'.") from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise SparkMissing("Spark needs Java 17 or later, which is not found; install a Java runtime or set JAVA_HOME.")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = SparkConf().setMaster(master).setAppName("dangjian-kg").setAll(list(_SETTINGS.items()))
    try:
        with SparkContext(conf=settings) as context:
            yield context
    except (Py4JError, PySparkException) as error:
        raise SparkFailed(f"Spark at {master} failed: {_to_reason(error)}") from error


def _to_reason(error: Exception) -> str:
    """Return what Spark says of a failure without its traces, and the way out."""
    said = str(error.java_exception.getMessage()) if hasattr(error, "java_exception") else str(error)
    raised = _RAISED.findall(said)
    reason = " ".join((raised[-1] if raised else said.partition("\n")[0]).split())[:300]
    if "No module named" in reason:
        return f"{reason} on a worker; install dangjian-kg on all of them, PYSPARK_PYTHON names their Python."
    return f"{reason}; see the logs of its workers."


class Files:
    """Files wherever Spark reads and writes, by Hadoop's interface to them, which PySpark offers only underneath."""

    def __init__(self, context: SparkContext) -> None:
        java: Any = context._jvm
        self._path = java.org.apache.hadoop.fs.Path
        self._configuration = context._jsc.hadoopConfiguration()

    def find(self, address: str) -> Iterator[tuple[str, int]]:
        """Yield the files at and below an address or glob, hidden ones too, with their sizes in bytes."""
        path, system = self._open(address)
        for place in system.globStatus(path) or ():
            files = system.listFiles(place.getPath(), True)
            while files.hasNext():
                file = files.next()
                yield file.getPath().toString(), file.getLen()

    def check_folder(self, folder: str) -> str:
        """Return the folder; raises FolderTaken if it holds anything but parts."""
        others = [name for name in self._names(folder) if not (_PART.fullmatch(name) or name == "_SUCCESS")]
        if others:
            raise FolderTaken(f"{folder} holds {others[0]!r}, which is no part of a graph; name a new folder.")
        return folder

    def write_parts(self, pages: RDD[bytes], folder: str, packed: bool) -> None:
        """Write all parts or none, in place of those of an earlier build; ``packed`` ones by gzip."""
        new = f"{folder}.new"
        self._remove(new)
        pages.saveAsTextFile(new, _GZIP if packed else None)
        for part in filter(None, map(_PART.fullmatch, self._names(new))):
            self._rename(f"{new}/{part[0]}", f"{new}/{part[1]}.nq{part[2]}")
        self._remove(folder)
        self._rename(new, folder)

    def _names(self, folder: str) -> list[str]:
        path, system = self._open(folder)
        return [status.getPath().getName() for status in system.listStatus(path)] if system.exists(path) else []

    def _remove(self, folder: str) -> None:
        path, system = self._open(folder)
        system.delete(path, True)

    def _rename(self, old: str, new: str) -> None:
        path, system = self._open(old)
        if not system.rename(path, self._path(new)):
            raise SparkFailed(f"{old} cannot be renamed {new}; check who may write there.")

    def _open(self, address: str) -> tuple[Any, Any]:
        path = self._path(address)
        return path, path.getFileSystem(self._configuration)


def to_address(path: str) -> str:
    """Return the address of a folder; a path is one that all machines see."""
    return path if is_address(path) else f"file://{Path(path).absolute().as_posix()}"


def is_address(path: str) -> bool:
    """Tell whether a path is an address that Spark reads, such as ``hdfs://host/pages``."""
    return _ADDRESS.match(path) is not None
