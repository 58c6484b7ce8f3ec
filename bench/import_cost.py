"""What ``import pdsa`` costs beside ``import msgspec``: at most twice as much.

    python bench/import_cost.py [pairs]

Each pair is two fresh interpreters, one per import, in an order that alternates; the time is taken
inside, around the import statement alone. The ratio of each pair is formed before the median, so
that a machine which slows down half-way slows both. Bytecode is compiled first: with
PYTHONDONTWRITEBYTECODE set, an uncompiled pdsa would be measured against a compiled msgspec.
"""

import compileall
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles

import msgspec

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 2.0
CODE = """
import sys
from time import perf_counter
before, start = len(sys.modules), perf_counter()
import {name}
took = perf_counter() - start
print(took, len(sys.modules) - before)
"""


def main(pairs: int = 41) -> int:
    with tempfile.TemporaryDirectory() as cache:
        environment = {
            **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            "PYTHONPYCACHEPREFIX": cache,
            "PYTHONPATH": str(ROOT),
        }
        sys.pycache_prefix = cache
        for folder in (ROOT / "pdsa", Path(msgspec.__file__).parent):
            assert compileall.compile_dir(folder, quiet=1), folder
        for name in ("msgspec", "pdsa"):
            measure(name, environment)  # compiles what else they need and warms the disk cache
        took: dict[str, list[float]] = {"msgspec": [], "pdsa": []}
        modules: dict[str, int] = {}
        for pair in range(pairs):
            for name in ("msgspec", "pdsa")[:: 1 if pair % 2 else -1]:
                seconds, modules[name] = measure(name, environment)
                took[name].append(seconds * 1000)
    ratios = [b / a for a, b in zip(took["msgspec"], took["pdsa"], strict=True)]
    print(f"{'import':<10}{'median ms':>11}{'fastest':>9}{'modules':>9}")
    for name, times in took.items():
        print(f"{name:<10}{median(times):>11.2f}{min(times):>9.2f}{modules[name]:>9}")
    low, _, high = quantiles(ratios, n=4)
    print(
        f"\nratio of {pairs} pairs: median {median(ratios):.2f} "
        f"(middle half {low:.2f} to {high:.2f}), at most {LIMIT:.1f} wanted"
    )
    print(json.dumps({"ratio": round(median(ratios), 3), "limit": LIMIT, "pairs": pairs}))
    return 0 if median(ratios) <= LIMIT else 1


def measure(name: str, environment: dict[str, str]) -> tuple[float, int]:
    """Seconds and newly loaded modules of one import in a fresh interpreter."""
    out = subprocess.run(
        [sys.executable, "-c", CODE.format(name=name)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return float(out[0]), int(out[1])


if __name__ == "__main__":
    raise SystemExit(main(*(int(each) for each in sys.argv[1:2])))
