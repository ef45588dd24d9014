"""Consent managers as their makers ship them, set up on a page of ours."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from playwright.sync_api import Page

Act = Callable[[Page], None]
PRESSES_MAX = 40


def click(selector: str, answered: str = "true") -> Act:
    """Give what presses a button until it answers: it may stand before it works."""

    def act(page: Page) -> None:
        for _ in range(PRESSES_MAX):
            page.click(selector)
            page.wait_for_timeout(250)
            if page.evaluate(answered):
                return
        raise AssertionError(f"{selector} does not answer")

    return act


def opened(script: str, *selectors: str, answered: str = "true") -> Act:
    """Give what opens a manager's settings again and presses buttons there.

    answered: what holds once the last one has done its work.
    """

    def act(page: Page) -> None:
        page.evaluate(script)
        for selector in selectors[:-1]:
            page.click(selector)
        click(selectors[-1], answered)(page)

    return act


class Manager(Struct, frozen=True, kw_only=True):
    """A consent manager: its files, how a page sets it up, what a visitor presses."""

    folder: str
    scripts: tuple[str, ...]
    # Fetched by the manager itself, or named in the page.
    styles: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    # The page's own script: before the manager's where it is read at once.
    setup: str
    is_set_up_first: bool = False
    # What our script is told of it.
    follows: dict[str, str]
    accept: Act
    refuse: Act
    withdraw: Act

    def place(self, folder: Path, files: dict[str, str]) -> str:
        """Put its files on a site; give what stands in the page's head."""
        for name in (*self.scripts, *self.styles, *self.others):
            files[f"/cmp/{name}"] = (folder / self.folder / name).read_text("utf-8")
        files["/setup.js"] = self.setup
        head = [f'<link rel="stylesheet" href="/cmp/{one}">' for one in self.styles]
        scripts = [f"/cmp/{one}" for one in self.scripts]
        at = 0 if self.is_set_up_first else len(scripts)
        scripts.insert(at, "/setup.js")
        head += [f'<script src="{one}" defer></script>' for one in scripts]
        return "".join(head)


COOKIECONSENT = Manager(
    folder="vanilla-cookieconsent/dist",
    scripts=("cookieconsent.umd.js",),
    styles=("cookieconsent.css",),
    setup="""
window.answers = () => ({
  analytics: CookieConsent.acceptedCategory('analytics'),
  marketing: CookieConsent.acceptedCategory('ads'),
});
const words = {acceptAllBtn: 'All', acceptNecessaryBtn: 'None'};
CookieConsent.run({
  // A browser that a test drives says so of itself, and would not be asked.
  hideFromBots: false,
  categories: {necessary: {enabled: true, readOnly: true}, analytics: {}, ads: {}},
  language: {default: 'en', translations: {en: {
    consentModal: {title: 'Cookies', description: 'May we?', ...words},
    preferencesModal: {title: 'Cookies', ...words, sections: [
      {title: 'Analytics', linkedCategory: 'analytics'},
      {title: 'Ads', linkedCategory: 'ads'},
    ]},
  }}},
});
""",
    follows={"from": "answers", "event": "cc:onConsent cc:onChange"},
    accept=click('.cm__btn[data-role="all"]'),
    refuse=click('.cm__btn[data-role="necessary"]'),
    withdraw=opened(
        "CookieConsent.showPreferences()",
        '.pm__btn[data-role="necessary"]',
        answered="!CookieConsent.acceptedCategory('analytics')",
    ),
)

OREJIME = Manager(
    folder="orejime/dist",
    scripts=("orejime-standard-en.js",),
    styles=("orejime-standard.css",),
    setup="""
window.orejimeConfig = {privacyPolicyUrl: '/privacy', purposes: [
  {id: 'analytics', title: 'Analytics', cookies: []},
  {id: 'ads', title: 'Ads', cookies: []},
]};
window.addEventListener('load', () => {
  const manager = window.orejime.manager;
  window.habitueConsent = () => ({
    analytics: manager.getConsent('analytics'), marketing: manager.getConsent('ads'),
  });
  manager.on('update', () => dispatchEvent(new Event('habitue:consent')));
});
""",
    is_set_up_first=True,
    follows={},
    accept=click(".orejime-Banner-saveButton"),
    refuse=click(".orejime-Banner-declineButton"),
    withdraw=opened(
        "orejime.prompt()",
        ".orejime-PurposeToggles-disableAll",
        ".orejime-Modal-saveButton",
    ),
)

_ANSWERED = "document.cookie.includes('asked=') && !document.cookie.includes('=wait')"
TARTEAUCITRON = Manager(
    folder="tarteaucitronjs",
    scripts=("tarteaucitron.min.js",),
    others=(
        "css/tarteaucitron.min.css",
        "lang/tarteaucitron.en.min.js",
        "tarteaucitron.services.min.js",
    ),
    setup="""
window.tarteaucitronForceLanguage = 'en';
tarteaucitron.init({
  hashtag: '#cookies', cookieName: 'asked', orientation: 'middle', highPrivacy: true,
  DenyAllCta: true, AcceptAllCta: true, googleConsentMode: true, softConsentMode: true,
  showIcon: false, removeCredit: true, serviceDefaultState: 'wait',
});
tarteaucitron.job = ['gcmanalyticsstorage', 'gcmadstorage'];
""",
    follows={"from": "google"},
    accept=click("#tarteaucitronPersonalize2", _ANSWERED),
    refuse=click("#tarteaucitronAllDenied2", _ANSWERED),
    withdraw=opened(
        "tarteaucitron.userInterface.openPanel()",
        "#tarteaucitronAllDenied",
        "#tarteaucitronClosePanel",
    ),
)
