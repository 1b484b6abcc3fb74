"""Run a command and say what it took: `python measured.py LOG COMMAND …` prints JSON: cpu, wall, rss, code.

A process of its own, for the kernel counts the memory of the process that starts a program as the program's, up to the
moment when it becomes another program; this one is small. It loads nothing it does not need. POSIX only.
"""

import json
import os
import subprocess
import sys
import time


def main() -> None:
    begun = time.perf_counter()
    with open(sys.argv[1], "wb") as log:  # noqa: PTH123 (pathlib would add to what this process weighs)
        process = subprocess.Popen(sys.argv[2:], stdout=log, stderr=log)
        _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    took = {"cpu": used.ru_utime + used.ru_stime, "wall": time.perf_counter() - begun, "rss": used.ru_maxrss * unit}
    print(json.dumps({**took, "code": process.returncode}))


if __name__ == "__main__":
    main()
