"""The real worker, asked from a page."""

from typing import Any

from playwright.sync_api import Page

#: Works through URLs of this site with the real worker, one after the other.
_RUN = """async ([script, urls]) => {
  const worker = new Worker(script, {type: 'module'});
  const outcomes = [];
  for (const url of urls) {
    const file = await (await fetch(url)).blob();
    const start = performance.now();
    const outcome = await new Promise((resolve, reject) => {
      worker.onerror = () => reject(new Error('the worker broke'));
      worker.onmessage = ({data}) => { if (data.kind === 'outcome') resolve(data.outcome); };
      worker.postMessage(file);
    });
    outcomes.push({...outcome, milliseconds: performance.now() - start});
  }
  worker.terminate();
  return outcomes;
}"""


def fingerprint_in(page: Page, paths: list[str], browser: str = "static") -> list[dict[str, Any]]:
    """Return the worker's outcome for each file of the site, with the ``milliseconds`` it took.

    ``browser`` names a browser that is made worse (``StaticSite``), or the one as it is.
    """
    outcomes: list[dict[str, Any]] = page.evaluate(_RUN, [f"/{browser}/js/pdq-worker.js", paths])
    return outcomes
