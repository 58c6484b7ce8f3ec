"""What ``pdsa --help`` takes as a whole process, beside an interpreter that does nothing.

python bench/help_cost.py [pairs]
"""

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "pdsa --help": [str(Path(sys.executable).with_name("pdsa")), "--help"],
}


def main(pairs: int = 21) -> None:
    took: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for pair in range(pairs + 1):
        for name in list(COMMANDS)[:: 1 if pair % 2 else -1]:
            start = perf_counter()
            subprocess.run(COMMANDS[name], check=True, capture_output=True)
            if pair:  # the first pair warms up
                took[name].append(1000 * (perf_counter() - start))
    print(f"{'command':<16}{'median ms':>11}{'fastest':>9}")
    for name, times in took.items():
        print(f"{name:<16}{median(times):>11.0f}{min(times):>9.0f}")
    ratios = [b / a for a, b in zip(*took.values(), strict=True)]
    print(f"\nratio of {pairs} pairs: median {median(ratios):.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
