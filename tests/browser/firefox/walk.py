"""Walks through a cycle in a real Firefox, by Mozilla's own driver; prints what it saw as JSON.

Runs in an environment of its own, with what ``requirements.txt`` beside it asks for.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from marionette_driver import By, Wait
from marionette_driver.errors import MarionetteException
from marionette_driver.marionette import Marionette

WAIT = 20


def started(browser: str, profile: str) -> tuple[subprocess.Popen[bytes], Marionette]:
    """A Firefox with a profile of its own, and the driver that is connected to it."""
    (Path(profile) / "user.js").write_text('user_pref("marionette.port", 0);\n')
    process = subprocess.Popen(
        [browser, "--headless", "--marionette", "--no-remote", "--profile", profile],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    told = Path(profile) / "MarionetteActivePort"
    until = time.monotonic() + WAIT
    while not (told.exists() and told.read_text().strip()) and time.monotonic() < until:
        time.sleep(0.1)
    driver = Marionette(host="127.0.0.1", port=int(told.read_text()))
    driver.start_session()
    return process, driver


def walk(driver: Marionette, asked: dict[str, str]) -> dict[str, object]:
    """Write what happened and one cell of the tally, and wait until both are saved."""
    driver.navigate(f"{asked['url']}/sign-in")
    driver.find_element(By.ID, "email").send_keys(asked["email"])
    driver.find_element(By.ID, "password").send_keys(asked["password"])
    driver.find_element(By.CSS_SELECTOR, "main form button").click()
    wait = Wait(driver, timeout=WAIT)
    wait.until(lambda d: "/sign-in" not in d.get_url())
    driver.navigate(f"{asked['url']}/cycles/{asked['cycle']}/do")
    driver.find_element(By.ID, "do/what_happened").send_keys("Every Friday.")
    wait.until(lambda d: "Saved at" in state(d, "form[data-autosave]"))
    driver.find_element(By.ID, asked["cell"]).send_keys("10/25")
    wait.until(lambda d: "Saved at" in state(d, "form[data-tally]"))
    driver.set_window_rect(width=500, height=800)
    script = "return [document.documentElement.scrollWidth, innerWidth]"
    wide, room = driver.execute_script(script)
    return {
        "version": driver.session_capabilities["browserVersion"],
        "written": state(driver, "form[data-autosave]"),
        "counted": state(driver, "form[data-tally]"),
        "sideways": wide > room,
    }


def state(driver: Marionette, form: str) -> str:
    """What a form says of itself."""
    return driver.find_element(By.CSS_SELECTOR, f"{form} [data-state]").text


def main() -> None:
    asked = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pdsa") as profile:
        process, driver = started(asked["browser"], profile)
        try:
            sys.stdout.write(json.dumps(walk(driver, asked)))
            driver.delete_session()
        except MarionetteException as error:
            sys.exit(f"{type(error).__name__}: {error}")
        finally:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
